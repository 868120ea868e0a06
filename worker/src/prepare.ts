import type { Masker } from '@claude-codex/contracts/worker/masker';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { PreflightFailed, type Prepared } from './agent-side/agent-side.ts';
import type { RemoteAgentSide } from './agent-side/remote-agent-side.ts';
import type { Journal } from './journal/journal.ts';
import { reasonOf } from './reason-of.ts';

export interface PreparedFrom {
  readonly connecting: Promise<RemoteAgentSide>;
  readonly versions: Readonly<Record<string, string>>;
  readonly masker: Masker;
  readonly journal: Journal;
}

export interface Ready {
  readonly side: RemoteAgentSide;
  readonly prepared: Prepared;
}

/** Everything that must hold before Claude Code is started; null after `preflight_failed` was written. */
export async function prepare(start: WorkerStart, from: PreparedFrom): Promise<Ready | null> {
  const { masker, journal } = from;
  for (const [name, value] of Object.entries(start.secrets)) {
    if (!masker.add(value))
      journal.write({ type: 'warning', code: 'SECRET_TOO_SHORT', detail: `${name} is too short to be masked` });
  }
  try {
    const side = await from.connecting;
    const { documents: _documents, ...place } = start;
    const prepared = await side.prepare(place);
    masker.add(prepared.relay.token);
    journal.write({
      type: 'supervisor_started',
      pid: process.pid,
      epoch: start.epoch,
      versions: { ...from.versions },
      putsDocuments: true,
    });
    return { side, prepared };
  } catch (error) {
    const check = error instanceof PreflightFailed ? error.check : 'agent side';
    journal.write({ type: 'preflight_failed', check, detail: reasonOf(error) });
    return null;
  }
}
