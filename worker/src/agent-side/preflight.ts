import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EgressClient } from '../egress-client.ts';
import { reasonOf } from '../reason-of.ts';
import { PreflightFailed } from './agent-side.ts';

const CREDENTIAL_NAME =
  /(API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_?KEY|ACCESS_KEY)|^(DATABASE|REDIS|NATS)_URL$/i;

/**
 * Proves what Claude Code would only show by doing nothing and exiting with 0: that egress answers, that home and the
 * temporary folder take files, and that no credential was handed in by the environment. Throws `PreflightFailed`.
 */
export async function preflight(
  egress: EgressClient,
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const credential = Object.keys(environment).find((name) => CREDENTIAL_NAME.test(name) && environment[name] !== '');
  if (credential !== undefined) {
    throw new PreflightFailed('environment', `${credential} looks like a credential; a worker gets none`);
  }
  for (const [check, folder] of [
    ['home', home],
    ['tmp', tmpdir()],
  ] as const) {
    try {
      await mkdir(folder, { recursive: true });
      const probe = join(folder, `.codex-probe-${process.pid}`);
      await writeFile(probe, 'probe');
      await rm(probe);
    } catch (error) {
      throw new PreflightFailed(check, `${folder} takes no files: ${reasonOf(error)}`);
    }
  }
  try {
    await egress.checkHealth();
  } catch (error) {
    throw new PreflightFailed('egress', reasonOf(error));
  }
}
