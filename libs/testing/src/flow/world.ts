import { createHash } from 'node:crypto';
import {
  EVENT_TYPES,
  type EventData,
  type EventMeta,
  type EventType,
  type ForgeProvider,
  type RecordedDomainEvent,
  type RecordedEvent,
  type StreamCategory,
  streamOf,
  type WorkflowDefinition,
} from '@claude-codex/contracts';

export interface SimInstance {
  id: string;
  branch: string;
  epoch: number;
  state: 'queued' | 'running' | 'paused' | 'lost' | 'ended';
  pending: string[];
  turns: number;
}

/** One instance's try at the phase under way. */
export interface SimAttempt {
  instance: SimInstance;
  round: number;
  phaseStatus: 'running' | 'in_review' | 'approved';
  review: { id: string; comments: string[]; approvals: string[] } | null;
  questions: { id: string; answered: boolean }[];
  dependencies: { id: string; resolved: boolean; secretId: string | null }[];
}

/** Of the attempts at the phase under way it shows the one that is looked at. */
export interface SimTask extends Omit<SimAttempt, 'instance'> {
  id: string;
  workspaceId: string;
  repositoryId: string;
  number: number;
  status: 'draft' | 'queued' | 'running' | 'paused' | 'failed' | 'cancelled' | 'completed' | 'deleted';
  /** Index into the workflow; `phases.length` when all are approved. */
  phase: number;
  workflow: WorkflowDefinition;
  /** Of the last phase, when it was approved. */
  lastRound?: number;
  instances: SimInstance[];
  /** Whether one attempt at the phase under way was kept: nobody tries it beside that one. */
  kept: boolean;
  /** What was said about its work in reviews that were decided. */
  threads: string[];
  /** Other attempts at the phase under way. */
  beside: SimAttempt[];
  pullRequest: { id: string; provider: ForgeProvider; status: 'publishing' | 'open' | 'merging' } | null;
}

/** A made-up history. `choose` picks below a bound, so that whoever drives it decides everything that is random. */
export interface World {
  readonly events: RecordedDomainEvent[];
  readonly tasks: SimTask[];
  readonly workspaces: string[];
  readonly repositories: { id: string; workspaceId: string }[];
  choose(bound: number): number;
  pick<Item>(items: readonly Item[]): Item;
  id(): string;
  record<T extends EventType>(
    at: { category: StreamCategory; id: string; workspaceId: string },
    type: T,
    data: EventData<T>,
    actor?: EventMeta['actor'],
  ): void;
}

export const PEOPLE = ['user-ada', 'user-grace', 'user-linus'];
const STARTED_AT = Date.UTC(2026, 10, 20, 9);

export function createWorld(choose: (bound: number) => number): World {
  const events: RecordedDomainEvent[] = [];
  const versions = new Map<string, number>();
  let ids = 0;
  let now = STARTED_AT;

  function pick<Item>(items: readonly Item[]): Item {
    const item = items[choose(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  return {
    events,
    tasks: [],
    workspaces: [],
    repositories: [],
    choose,
    pick,
    id() {
      ids += 1;
      return `01${String(ids).padStart(24, '0')}`;
    },
    record({ category, id, workspaceId }, type, data, actor) {
      const stream = streamOf(category, id);
      const version = (versions.get(stream) ?? 0) + 1;
      versions.set(stream, version);
      // Now and then a long pause, so that a history spans days.
      now += choose(40) === 0 ? 6 * 3_600_000 : 1 + choose(5_000);
      const position = events.length + 1;
      const event: RecordedEvent = {
        position,
        eventId: `02${String(position).padStart(24, '0')}`,
        stream,
        version,
        type,
        schemaVersion: EVENT_TYPES[type].version,
        data,
        meta: {
          actor: actor ?? { kind: 'person', id: pick(PEOPLE) },
          causedBy: actor === undefined ? null : pick([...PEOPLE, null]),
          correlationId: `request-${position}`,
          causationId: null,
          commandId: `command-${position}`,
          workspaceId,
        },
        at: new Date(now).toISOString(),
        hash: sha(`event-${position}`),
      };
      events.push(event as RecordedDomainEvent); // `type` and `data` belong together: the signature says so
    },
  };
}

/** A stand-in for a commit or a content hash, the same for the same text. */
export function sha(text: string, length = 64): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}
