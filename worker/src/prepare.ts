import { join } from 'node:path';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { rememberTracked } from './collect/rebuild.ts';
import { findTranscript } from './collect/transcript.ts';
import { createEgressClient } from './egress-client.ts';
import type { Journal } from './journal/journal.ts';
import type { Masker } from './journal/masker.ts';
import { preflight, reasonOf } from './preflight.ts';
import { killMarked } from './processes/marked.ts';
import { isLeftover } from './processes/marker.ts';
import { type Relay, startRelay } from './relay/relay.ts';
import { createSecretFile, type SecretFile } from './secrets/env-file.ts';
import { commandEnvironment } from './session/environment.ts';

export interface PreparedFrom {
  readonly environment: NodeJS.ProcessEnv;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Prepared {
  readonly relay: Relay;
  readonly secretFile: SecretFile;
  readonly commandEnv: Record<string, string>;
  readonly logPath: string;
}

/** Everything that must hold before Claude Code is started; null after `preflight_failed` was written. */
export async function prepare(
  start: WorkerStart,
  own: PreparedFrom,
  masker: Masker,
  journal: Journal,
): Promise<Prepared | null> {
  const fail = (check: string, detail: string) => {
    journal.write({ type: 'preflight_failed', check, detail });
    return null;
  };
  const { home, egressSocket } = start.paths;
  for (const [name, value] of Object.entries(start.secrets)) {
    if (!masker.add(value))
      journal.write({ type: 'warning', code: 'SECRET_TOO_SHORT', detail: `${name} is too short to be masked` });
  }
  const result = await preflight(createEgressClient(egressSocket), home, own.environment);
  if (!result.ok) return fail(result.check, result.detail);
  if (start.resumeSessionId !== null && (await findTranscript(home, start.resumeSessionId)) === null) {
    return fail('resume', `home holds no transcript of session ${start.resumeSessionId}`);
  }
  await killMarked((marker) => isLeftover(marker, start.instanceId, start.epoch));
  try {
    const secretFile = await createSecretFile(home, start.secrets);
    const relay = await startRelay(egressSocket);
    masker.add(relay.token);
    journal.write({
      type: 'supervisor_started',
      pid: process.pid,
      epoch: start.epoch,
      versions: { ...own.versions },
    });
    const commandEnv = commandEnvironment(start, own.environment);
    if (start.resumeSessionId === null) await rememberTracked(start.paths.checkout, home, commandEnv);
    return { relay, secretFile, commandEnv, logPath: join(home, '.codex', 'agent.log') };
  } catch (error) {
    return fail('secrets', reasonOf(error));
  }
}
