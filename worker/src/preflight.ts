import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EgressClient } from './egress-client.ts';

export type PreflightResult =
  | { readonly ok: true }
  | { readonly ok: false; readonly check: string; readonly detail: string };

const CREDENTIAL_NAME =
  /(API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE_?KEY|ACCESS_KEY)|^(DATABASE|REDIS|NATS)_URL$/i;

/**
 * Proves what Claude Code would only show by doing nothing and exiting with 0: that egress answers, that home and the
 * temporary folder take files, and that no credential was handed in by the environment.
 */
export async function preflight(
  egress: EgressClient,
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<PreflightResult> {
  const credential = Object.keys(environment).find((name) => CREDENTIAL_NAME.test(name) && environment[name] !== '');
  if (credential !== undefined) {
    return { ok: false, check: 'environment', detail: `${credential} looks like a credential; a worker gets none` };
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
      return { ok: false, check, detail: `${folder} takes no files: ${reasonOf(error)}` };
    }
  }
  try {
    await egress.checkHealth();
  } catch (error) {
    return { ok: false, check: 'egress', detail: reasonOf(error) };
  }
  return { ok: true };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
