import type { HoldCause, WorkerCommand } from '@claude-codex/contracts';
import { idFrom } from '@claude-codex/service-kit/ids';
import { holdBack } from '../reconcile/hold-back.ts';
import type { HoldingBack } from '../reconcile/ports.ts';
import type { WorldInstance } from '../world/world.ts';
import type { EgressPort } from './ports.ts';
import { type Ack, type RunState, sendOnce } from './run-state.ts';

type Collect = Extract<WorkerCommand, { type: 'collect' }>;

export type Collecting =
  /** Its answer is awaited, or it is asked for again at this time (ms since 1970). */
  | { readonly kind: 'under_way'; readonly again: number | null }
  | { readonly kind: 'done' }
  /** Asked for often enough: it is the work itself that cannot be collected, and the supervisor says why. */
  | { readonly kind: 'refused'; readonly detail: string };

const FIRST_MS = 1_000;
const MOST_MS = 60_000;
/** So often a refusal is taken for a bad moment, unless it is known to be ours. */
const TRIES = 3;

/**
 * Has the supervisor collect, until it can: a full disk or an egress service that is away pass, however long it takes, and
 * the card says what is waited for. `key` names what is collected; attempts are counted by the acknowledgements in the
 * journal, so another manager goes on with them.
 */
export async function collect(
  parts: HoldingBack & Pick<EgressPort, 'settings'>,
  run: RunState,
  instance: WorldInstance,
  { key, ...wanted }: Omit<Collect, 'type' | 'id'> & { key: string },
): Promise<Collecting> {
  let refusals = 0;
  let last: Ack | null = null;
  for (let attempt = 1; ; attempt += 1) {
    const id = collectionId(run, key, attempt);
    const ack = run.acks.get(id);
    if (ack?.ok === true) return { kind: 'done' };
    if (ack !== undefined) {
      if (ack.cause === undefined) refusals += 1;
      last = ack;
      continue;
    }
    if (run.sent.has(id)) return { kind: 'under_way', again: null };
    if (last !== null) {
      if (last.cause === undefined && refusals >= TRIES) return { kind: 'refused', detail: last.detail };
      const due = last.at + Math.min(FIRST_MS * 2 ** (attempt - 2), MOST_MS);
      await sayWhy(parts, instance, last);
      if (parts.clock.now() < due) return { kind: 'under_way', again: due };
    }
    await sendOnce(run, { type: 'collect', id, ...wanted });
    return { kind: 'under_way', again: null };
  }
}

/** The ids under which `key` was asked for so far. */
export function isCollectionOf(run: RunState, key: string, commandId: string): boolean {
  for (let attempt = 1; ; attempt += 1) {
    const id = collectionId(run, key, attempt);
    if (id === commandId) return true;
    if (!run.acks.has(id)) return false;
  }
}

function collectionId({ instanceId, epoch }: RunState, key: string, attempt: number): string {
  return idFrom('collect', instanceId, epoch, key, attempt);
}

const WHAT_IS_WRONG: Record<NonNullable<Ack['cause']>, (hostId: string) => string> = {
  disk_full: (hostId) => `the disk of the host ${hostId} is full`,
  egress_away: (hostId) => `the egress service of the host ${hostId} does not answer`,
};

async function sayWhy(
  parts: HoldingBack & Pick<EgressPort, 'settings'>,
  { state }: WorldInstance,
  { cause, detail }: Ack,
): Promise<void> {
  const held: HoldCause = cause ?? 'collection_failed';
  const words =
    cause === undefined
      ? `what the agent finished could not be taken in: ${detail}`
      : `${WHAT_IS_WRONG[cause](parts.settings.hostId)}, so what the agent finished could not be taken in.`;
  await holdBack(parts, state.taskId, { cause: held, detail: words });
}
