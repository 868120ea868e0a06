import type { z } from 'zod';
import { lossCauseOf } from './causes.ts';
import { dependencyEvents } from './dependency/events.ts';
import type { NewEvent, RecordedEvent } from './envelope.ts';
import { instanceEvents } from './instance/events.ts';
import { pullRequestEvents } from './pull-request/events.ts';
import { questionEvents } from './question/events.ts';
import { repositoryEvents } from './repository/events.ts';
import { reviewEvents } from './review/events.ts';
import { serviceEvents } from './service/events.ts';
import { taskEvents } from './task/events.ts';
import { withCheckPlace } from './task/upcasters.ts';
import { usageEvents } from './usage/events.ts';
import { counterEvents, workspaceEvents } from './workspace/events.ts';

/** Every domain event and the schema of its data, by aggregate. The keys are the event types, unique across aggregates. */
export const EVENT_SCHEMAS = {
  ...workspaceEvents,
  ...counterEvents,
  ...repositoryEvents,
  ...taskEvents,
  ...instanceEvents,
  ...questionEvents,
  ...dependencyEvents,
  ...reviewEvents,
  ...pullRequestEvents,
  ...usageEvents,
  ...serviceEvents,
} as const;

export type EventType = keyof typeof EVENT_SCHEMAS;
export type EventData<T extends EventType> = z.infer<(typeof EVENT_SCHEMAS)[T]>;

/** A pure function from the data of schema version n to that of n + 1. */
export type Upcaster = (data: unknown) => unknown;

export interface EventTypeDefinition {
  readonly version: number;
  readonly schema: z.ZodType;
  /** `upcasters[n - 1]` lifts version n to n + 1; as many as `version - 1`. */
  readonly upcasters: readonly Upcaster[];
}

/** Types whose schema changed since their first release. Absent means version 1. */
const CHANGED: Partial<Record<EventType, Omit<EventTypeDefinition, 'schema'>>> = {
  ReviewApproved: { version: 2, upcasters: [adding({ merge: null })] },
  PhaseSubmitted: { version: 2, upcasters: [adding({ proposal: null })] },
  RepositoryConnected: { version: 3, upcasters: [adding({ requireGreen: false }), adding({ defaultBranch: null })] },
  RepositoryConfigured: { version: 2, upcasters: [adding({ requireGreen: false })] },
  PhaseCompleted: { version: 2, upcasters: [withCheckPlace] },
  // 2: whether the source is cut short. Before, such a source was refused.
  RepositoryMirrored: { version: 2, upcasters: [(data) => ({ ...(data as object), shallow: false })] },
  // 2: whose doing it was is a cause of a list, no longer read off the words.
  InstanceLost: {
    version: 2,
    upcasters: [
      (data) => ({ ...(data as { reason: string }), cause: lossCauseOf((data as { reason: string }).reason) }),
    ],
  },
};

/** Fields that came later, with what their absence meant. */
function adding(fields: Record<string, unknown>): Upcaster {
  return (data) => ({ ...(data as Record<string, unknown>), ...fields });
}

export const EVENT_TYPES = Object.fromEntries(
  Object.entries(EVENT_SCHEMAS).map(([type, schema]) => {
    const changed = CHANGED[type as EventType] ?? { version: 1, upcasters: [] };
    return [type, { ...changed, schema }];
  }),
) as unknown as Readonly<Record<EventType, EventTypeDefinition>>;

/** A union over the given types, discriminated by `type`. */
export type DomainEventOf<T extends EventType> = { [K in T]: NewEvent<K, EventData<K>> }[T];
export type RecordedEventOf<T extends EventType> = { [K in T]: RecordedEvent<K, EventData<K>> }[T];
export type DomainEvent = DomainEventOf<EventType>;
export type RecordedDomainEvent = RecordedEventOf<EventType>;

export type WorkspaceEvent = DomainEventOf<keyof typeof workspaceEvents>;
export type CounterEvent = DomainEventOf<keyof typeof counterEvents>;
export type RepositoryEvent = DomainEventOf<keyof typeof repositoryEvents>;
export type TaskEvent = DomainEventOf<keyof typeof taskEvents>;
export type InstanceEvent = DomainEventOf<keyof typeof instanceEvents>;
export type QuestionEvent = DomainEventOf<keyof typeof questionEvents>;
export type DependencyEvent = DomainEventOf<keyof typeof dependencyEvents>;
export type ReviewEvent = DomainEventOf<keyof typeof reviewEvents>;
export type PullRequestEvent = DomainEventOf<keyof typeof pullRequestEvents>;
export type ServiceEvent = DomainEventOf<keyof typeof serviceEvents>;
