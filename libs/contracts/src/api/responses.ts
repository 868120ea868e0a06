import { z } from 'zod';
import { RecordedEventSchema } from '../envelope.ts';
import { ForgeApp, ForgeBudget } from '../forge-service.ts';
import { Id } from '../ids.ts';
import { RuntimeName } from '../instance/events.ts';
import { WorkflowDefinition } from '../task/workflow.ts';
import { JournalRecord } from '../worker/protocol.ts';
import { Role } from '../workspace/events.ts';
import { TokenScope } from './requests.ts';
import { AttentionItem } from './views/attention.ts';
import { BoardColumn, TaskCard } from './views/card.ts';
import { ForgeView } from './views/forge.ts';
import { RepositoryView } from './views/repository.ts';
import { ServiceView } from './views/service.ts';
import { TaskView } from './views/task.ts';

/** Answer to every command: the thing it was about and the position to wait for (`?min_position=`). */
export const CommandAccepted = z.object({ id: z.string(), position: z.number() });
export type CommandAccepted = z.infer<typeof CommandAccepted>;

/** What became of `merge`: not asked for, or written down with the approval and carried out from there. */
export const ApproveReviewAnswer = CommandAccepted.extend({
  /** False while its gate asks for more approvals; `detail` says whose. */
  approved: z.boolean(),
  merge: z.enum(['none', 'requested']),
  detail: z.string(),
});
export type ApproveReviewAnswer = z.infer<typeof ApproveReviewAnswer>;

export const Person = z.object({ id: z.string(), name: z.string(), email: z.string(), role: Role });
export type Person = z.infer<typeof Person>;

/** `GET /api/session`: who is asking and what the page needs before anything else. `setupNeeded` is true until an owner exists. */
export const SessionView = z.object({
  setupNeeded: z.boolean(),
  /** `ownsInstallation`: may do what concerns every workspace, such as rebuilding a read model. */
  person: Person.extend({ ownsInstallation: z.boolean() }).nullable(),
  workspace: z.object({ id: Id, name: z.string() }).nullable(),
  members: z.array(Person.pick({ id: true, name: true, role: true })),
  /** What answers the agents: shown wherever a result could be mistaken for a real model's. */
  model: z.object({ label: z.string(), scripted: z.boolean() }),
  /** What agents run in; null until an agent manager said it. */
  runtime: z.object({ name: RuntimeName, label: z.string(), isolated: z.boolean() }).nullable(),
  server: z.object({
    version: z.string(),
    epoch: z.string(),
    standalone: z.boolean(),
    project: z.object({ path: z.string(), name: z.string() }).nullable(),
  }),
});
export type SessionView = z.infer<typeof SessionView>;

/** Reads that a stream continues carry the position they were true at and the epoch: resume with `<epoch>-<position>`. */
const asOf = { position: z.number(), epoch: z.string() };
export const BoardView = z.object({
  ...asOf,
  tasks: z.array(TaskCard),
  nextCursor: z.string().nullable(),
  /** No entry: none. */
  counts: z.partialRecord(BoardColumn, z.number()),
  costTodayUsd: z.number(),
});
export type BoardView = z.infer<typeof BoardView>;
export const AttentionView = z.object({ ...asOf, items: z.array(AttentionItem) });
export type AttentionView = z.infer<typeof AttentionView>;
/** `GET /api/rows/:kind`: live rows, each as the stream would send it. */
export const RowsView = z.object({
  ...asOf,
  rows: z.array(z.looseObject({ id: z.string(), position: z.number() })),
});
export type RowsView = z.infer<typeof RowsView>;
export const RepositoriesView = z.object({ ...asOf, repositories: z.array(RepositoryView) });
export const ForgesView = z.object({ ...asOf, forges: z.array(ForgeView) });
/** What a look at a forge gave: the account, and how much may still be asked there; null where it says nothing of it. */
export const ForgeBudgetView = z.object({
  login: z.string(),
  budget: ForgeBudget.nullable(),
  app: ForgeApp.nullable(),
});
export type ForgeBudgetView = z.infer<typeof ForgeBudgetView>;
/** `webhook`: news will come at once; without it the forge is asked again and again. */
export const ForgeAppPlan = z.object({ webUrl: z.string(), name: z.string(), webhook: z.boolean() });
export type ForgeAppPlan = z.infer<typeof ForgeAppPlan>;
/** A form with the field `manifest` is to be posted to `action`. */
export const ForgeAppBegun = z.object({ action: z.string(), manifest: z.string() });
export type ForgeAppBegun = z.infer<typeof ForgeAppBegun>;
export const ForgeAppMade = z.object({ installUrl: z.string() });
export type ForgeAppMade = z.infer<typeof ForgeAppMade>;
export const ServicesView = z.object({ ...asOf, services: z.array(ServiceView) });
/** `GET /api/sample`: the bundled repository and the task it suggests, for whoever starts with it. */
export const SampleView = z.object({
  name: z.string(),
  suggestedTask: z.object({ title: z.string(), description: z.string() }),
});
export type SampleView = z.infer<typeof SampleView>;
export const WorkflowsView = z.object({ workflows: z.array(WorkflowDefinition) });

export const EventView = RecordedEventSchema.extend({ sentence: z.string() });
export type EventView = z.infer<typeof EventView>;
export const EventsPage = z.object({ events: z.array(EventView), nextAfter: z.number().nullable() });
export type EventsPage = z.infer<typeof EventsPage>;
/** `nextBefore` continues a page that was read backward; null where nothing is earlier, and of pages read forward. */
export const TaskEventsPage = EventsPage.extend({ ...asOf, nextBefore: z.number().nullable() });
export type TaskEventsPage = z.infer<typeof TaskEventsPage>;
/** A task as read. `position` is that of its last change, `readAt` the place in the log from which a stream goes on. */
export const TaskRead = TaskView.extend({ readAt: z.object(asOf) });
export type TaskRead = z.infer<typeof TaskRead>;

/** `GET /api/tasks/:id/rows`: parts of a task (`live/task-page.ts`). */
export const TaskRowsView = z.object({
  ...asOf,
  rows: z.array(z.object({ kind: z.string(), body: z.looseObject({ id: z.string(), position: z.number() }) })),
});
export type TaskRowsView = z.infer<typeof TaskRowsView>;

export const JournalItem = z.object({ epoch: z.number(), record: JournalRecord });
export type JournalItem = z.infer<typeof JournalItem>;
export const JournalPage = z.object({ items: z.array(JournalItem), hasMore: z.boolean() });
export type JournalPage = z.infer<typeof JournalPage>;

export const DocumentView = z.object({ path: z.string(), content: z.string(), blobId: z.string(), phase: z.string() });
export const SecretsKeyView = z.object({ publicKey: z.base64() });
export const TokenView = z.object({
  id: z.string(),
  name: z.string(),
  scope: TokenScope,
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
export type TokenView = z.infer<typeof TokenView>;
export const CreatedToken = TokenView.extend({ token: z.string() });
export type CreatedToken = z.infer<typeof CreatedToken>;

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string(),
  /** Every wrong field, named from where it is: `body.email`, `path.id`, `querystring.limit`. */
  errors: z.array(z.object({ field: z.string(), code: z.string(), expected: z.string() })).default([]),
});
export type Problem = z.infer<typeof Problem>;
