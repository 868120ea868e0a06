import type { z } from 'zod';
import { claudeCode } from './agent-program.ts';
import { lossCauseOf } from './causes.ts';
import { dependencyEvents } from './dependency/events.ts';
import type { NewEvent, RecordedEvent } from './envelope.ts';
import { forgeCommandEvents } from './forge-command/events.ts';
import { forgeConnectionEvents } from './forge-connection/events.ts';
import type { StreamCategory } from './ids.ts';
import { instanceEvents } from './instance/events.ts';
import { issueProposalEvents } from './issue-proposal/events.ts';
import { pullRequestEvents } from './pull-request/events.ts';
import { FOLLOW_THROUGH } from './pull-request/follow-through.ts';
import { withoutThreads, withReports } from './pull-request/upcasters.ts';
import { questionEvents } from './question/events.ts';
import { repositoryEvents } from './repository/events.ts';
import { ISSUE_SETTINGS } from './repository/issue-settings.ts';
import { reviewEvents } from './review/events.ts';
import { serviceEvents } from './service/events.ts';
import { taskEvents } from './task/events.ts';
import { ONE_PERSON, withCheckPlace, withGateRules } from './task/upcasters.ts';
import { threadEvents } from './thread/events.ts';
import { toolsEvents, usageEvents } from './usage/events.ts';
import { counterEvents, workspaceEvents } from './workspace/events.ts';

/** What each category of streams may hold: the schemas of its events' data, by type. */
export const EVENTS_IN = {
  workspace: workspaceEvents,
  counter: counterEvents,
  repository: repositoryEvents,
  task: taskEvents,
  instance: instanceEvents,
  question: questionEvents,
  dependency: dependencyEvents,
  review: reviewEvents,
  thread: threadEvents,
  proposal: issueProposalEvents,
  pullrequest: pullRequestEvents,
  usage: usageEvents,
  tools: toolsEvents,
  service: serviceEvents,
  forge: forgeConnectionEvents,
  command: forgeCommandEvents,
} as const satisfies Record<StreamCategory, Readonly<Record<string, z.ZodType>>>;

/** Every domain event and the schema of its data. The keys are the event types, unique across categories. */
export const EVENT_SCHEMAS = {
  ...EVENTS_IN.workspace,
  ...EVENTS_IN.counter,
  ...EVENTS_IN.repository,
  ...EVENTS_IN.task,
  ...EVENTS_IN.instance,
  ...EVENTS_IN.question,
  ...EVENTS_IN.dependency,
  ...EVENTS_IN.review,
  ...EVENTS_IN.thread,
  ...EVENTS_IN.proposal,
  ...EVENTS_IN.pullrequest,
  ...EVENTS_IN.usage,
  ...EVENTS_IN.tools,
  ...EVENTS_IN.service,
  ...EVENTS_IN.forge,
  ...EVENTS_IN.command,
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
  /** What it was called in earlier releases, oldest first. Versions go on counting over a new name. */
  readonly formerly?: readonly FormerName[];
}

/** What is stored keeps the name it was stored under: `last` is the newest version that has this one. */
export interface FormerName {
  readonly name: string;
  readonly last: number;
}

/** Types whose schema or name changed since their first release. Absent means version 1 and this name ever since. */
const CHANGED: Partial<Record<EventType, Omit<EventTypeDefinition, 'schema'>>> = {
  // 3: what it was made from. Before, every task was thought of here.
  TaskCreated: { version: 3, upcasters: [withGateRules, adding({ origin: null })] },
  ReviewCreated: { version: 2, upcasters: [adding({ gate: ONE_PERSON })] },
  ReviewApproved: { version: 2, upcasters: [adding({ merge: null })] },
  PhaseSubmitted: { version: 2, upcasters: [adding({ proposal: null })] },
  RepositoryConnected: {
    version: 6,
    upcasters: [
      adding({ requireGreen: false }),
      adding({ defaultBranch: null }),
      adding({ followThrough: FOLLOW_THROUGH }),
      adding({ issues: ISSUE_SETTINGS }),
      // Nobody agreed to that.
      adding({ sendsThreads: false }),
    ],
  },
  RepositoryConfigured: {
    version: 5,
    upcasters: [
      adding({ requireGreen: false }),
      adding({ followThrough: FOLLOW_THROUGH }),
      adding({ issues: ISSUE_SETTINGS }),
      // Nobody agreed to that.
      adding({ sendsThreads: false }),
    ],
  },
  // 2 (3): a phase may have several attempts, so what was said of the phase is said of one of them.
  AttemptStarted: { version: 2, upcasters: [asItWas], formerly: [{ name: 'PhaseStarted', last: 1 }] },
  AttemptCompleted: {
    version: 3,
    upcasters: [withCheckPlace, asItWas],
    formerly: [{ name: 'PhaseCompleted', last: 2 }],
  },
  AttemptRefused: ofTheAttemptUnderWay('PhaseCompletionRefused'),
  AttemptReworkRequested: ofTheAttemptUnderWay('PhaseReworkRequested'),
  AttemptRoundsExhausted: ofTheAttemptUnderWay('PhaseRoundsExhausted'),
  AttemptRoundsGranted: ofTheAttemptUnderWay('PhaseRoundsGranted'),
  AttemptAnswered: ofTheAttemptUnderWay('PhaseAnswered'),
  PhaseApproved: { version: 2, upcasters: [adding({ instanceId: null })] },
  // 3: before, only people sent work back.
  PhaseReopened: { version: 3, upcasters: [adding({ instanceId: null }), adding({ automatic: null })] },
  // 2: what becomes of it at its forge. Before, there was no forge but this server.
  PullRequestClosed: { version: 2, upcasters: [adding({ atForge: 'closed' })] },
  // 2: whether it stays there. Before, nobody was to look at it again.
  PullRequestWithdrawn: { version: 2, upcasters: [adding({ left: true })] },
  // 2: why a check failed.
  PullRequestChecked: { version: 2, upcasters: [withReports] },
  // 2: where its branch stood. 3: which threads its comments are of.
  PullRequestReviewed: { version: 3, upcasters: [adding({ headSha: null }), withoutThreads] },
  // 2: whether the source is cut short. Before, such a source was refused.
  RepositoryMirrored: { version: 2, upcasters: [(data) => ({ ...(data as object), shallow: false })] },
  // 2: which program it is, and not only the version of one.
  InstanceAttached: { version: 2, upcasters: [namingItsProgram] },
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

function namingItsProgram(data: unknown): unknown {
  const { claudeCodeVersion, ...rest } = data as { claudeCodeVersion: string };
  return { ...rest, program: claudeCode(claudeCodeVersion) };
}

function asItWas(data: unknown): unknown {
  return data;
}

/** Said of the phase in earlier releases, which knew one attempt at a time: `AttemptOf` in task/events.ts. */
function ofTheAttemptUnderWay(name: string): Omit<EventTypeDefinition, 'schema'> {
  return { version: 2, upcasters: [adding({ instanceId: null })], formerly: [{ name, last: 1 }] };
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

/** The types a category holds; of several categories all of theirs. */
type TypeIn<Category extends StreamCategory> = {
  [C in Category]: Extract<keyof (typeof EVENTS_IN)[C], EventType>;
}[Category];
export type EventIn<Category extends StreamCategory> = DomainEventOf<TypeIn<Category>>;
export type RecordedEventIn<Category extends StreamCategory> = RecordedEventOf<TypeIn<Category>>;

export type WorkspaceEvent = EventIn<'workspace'>;
export type CounterEvent = EventIn<'counter'>;
export type RepositoryEvent = EventIn<'repository'>;
export type TaskEvent = EventIn<'task'>;
export type InstanceEvent = EventIn<'instance'>;
export type QuestionEvent = EventIn<'question'>;
export type DependencyEvent = EventIn<'dependency'>;
export type ReviewEvent = EventIn<'review'>;
export type ThreadEvent = EventIn<'thread'>;
export type IssueProposalEvent = EventIn<'proposal'>;
export type PullRequestEvent = EventIn<'pullrequest'>;
export type ServiceEvent = EventIn<'service'>;
export type ForgeConnectionEvent = EventIn<'forge'>;
export type ForgeCommandEvent = EventIn<'command'>;

/** Whether an event is one of this category's, for whoever reads several streams at once. */
export function isOf<Category extends StreamCategory>(
  category: Category,
  event: RecordedDomainEvent,
): event is Extract<RecordedDomainEvent, RecordedEventIn<Category>> {
  return Object.hasOwn(EVENTS_IN[category], event.type);
}

const CATEGORY_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(EVENTS_IN).flatMap(([category, events]) => Object.keys(events).map((type) => [type, category])),
);

/** The category whose streams hold events of this type; null for a type that is not ours. */
export function categoryOfType(type: string): string | null {
  return CATEGORY_OF.get(type) ?? null;
}
