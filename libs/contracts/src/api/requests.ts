import { z } from 'zod';
import { BranchName } from '../branch-name.ts';
import { IssueNumber } from '../forge-issues.ts';
import { isVisible } from '../hidden-characters.ts';
import { Id } from '../ids.ts';
import { MOST_PROPOSED } from '../issue-proposal/events.ts';
import { MergeStrategy } from '../pull-request/events.ts';
import { FOLLOW_THROUGH, FollowThrough } from '../pull-request/follow-through.ts';
import { ISSUE_SETTINGS, IssueSettings } from '../repository/issue-settings.ts';
import { Priority, TaskType } from '../task/events.ts';
import { Role } from '../workspace/events.ts';

/** A text of which a person sees something: a title of zero-width characters alone would be a card without one. */
const line = (max: number) =>
  z.string().trim().min(1).max(max).refine(isVisible, 'must have a character that can be seen');
const text = (max: number) => z.string().max(max);
/** As `pathFromBytes` writes it: nothing is cut off, because blanks at its ends belong to the name. */
const path = z.string().min(1).max(16_384);

const newPassword = z.string().min(10, 'needs at least 10 characters').max(200);

export const SetupRequest = z.strictObject({
  token: line(200),
  name: line(100),
  email: z.email().max(200),
  password: newPassword,
  workspace: line(80),
});
export type SetupRequest = z.infer<typeof SetupRequest>;

export const LoginRequest = z.strictObject({ email: z.email().max(200), password: z.string().min(1).max(200) });
export type LoginRequest = z.infer<typeof LoginRequest>;

/**
 * What a token may do, never more than its person: `read` looks, `write` does what an editor does, `admin` what an owner
 * does. None of them makes another way in: no token, invite, role or password.
 */
export const TokenScope = z.enum(['read', 'write', 'admin']);
export type TokenScope = z.infer<typeof TokenScope>;
/** `expiresInDays` null is for owners alone. */
export const CreateTokenRequest = z.strictObject({
  name: line(80),
  scope: TokenScope.default('read'),
  expiresInDays: z.number().int().min(1).max(365).nullable().default(90),
});
export type CreateTokenRequest = z.infer<typeof CreateTokenRequest>;

/** Git URLs: https, ssh and scp form without options; `file:`, `ext::` and user info in https are refused. */
export const GitUrl = z
  .string()
  .max(500)
  .regex(
    /^(https:\/\/[A-Za-z0-9.-]+(:\d+)?\/[A-Za-z0-9._~/-]+|ssh:\/\/([A-Za-z0-9._-]+@)?[A-Za-z0-9][A-Za-z0-9.-]*(:\d+)?\/[A-Za-z0-9._~/-]+|[A-Za-z0-9._-]+@[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9._~][A-Za-z0-9._~/-]*)$/,
    'must be an https:// or ssh:// address, or git@host:path',
  );

/** One spelling per directory: no `//`, no `/./`, no slash at its end. `..` stays, because it may lead out of a link. */
const DirectoryPath = z
  .string()
  .startsWith('/', 'must be an absolute path')
  .max(4000)
  .overwrite(
    (written) =>
      `/${written
        .split('/')
        .filter((name) => name !== '' && name !== '.')
        .join('/')}`,
  );

export const ConnectRepositoryRequest = z.strictObject({
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('sample') }),
    z.strictObject({ kind: z.literal('path'), path: DirectoryPath }),
    z.strictObject({ kind: z.literal('git'), url: GitUrl.overwrite((written) => written.replace(/\/+$/, '')) }),
  ]),
  name: line(80).optional(),
  baseBranch: BranchName.nullable().default(null),
  checkCommand: z.string().trim().max(500).nullable().default(null),
  requireGreen: z.boolean().default(false),
  followThrough: FollowThrough.default(FOLLOW_THROUGH),
  issues: IssueSettings.default(ISSUE_SETTINGS),
  sendsThreads: z.boolean().default(true),
});
export type ConnectRepositoryRequest = z.infer<typeof ConnectRepositoryRequest>;

export const ConfigureRepositoryRequest = z.strictObject({
  name: line(80),
  baseBranch: BranchName.nullable(),
  checkCommand: z.string().trim().max(500).nullable(),
  /** Absent: as it is. */
  requireGreen: z.boolean().optional(),
  followThrough: FollowThrough.optional(),
  issues: IssueSettings.optional(),
  sendsThreads: z.boolean().optional(),
});

/** The longest description there is. */
export const MAX_DESCRIPTION = 50_000;

/** What is said of a task whatever it is about. */
const settingsOfTask = {
  description: text(MAX_DESCRIPTION).default(''),
  taskType: TaskType.default('feature'),
  priority: Priority.default('normal'),
  labels: z.array(line(40)).max(20).default([]),
  baseBranch: BranchName.nullable().default(null),
  workflow: z.string().max(40).default('plan-design-develop'),
  model: z.string().max(100).nullable().default(null),
  /** How many agents try it beside each other; the work of one of them is kept. */
  attempts: z.number().int().min(1).max(8).default(1),
  /** Start at once; false leaves it as a draft that `execute` starts. */
  execute: z.boolean().default(true),
  /** From an issue that a task under way is from, too. */
  again: z.boolean().default(false),
};

export const CreateTaskRequest = z
  .strictObject({
    ...settingsOfTask,
    repositoryId: Id,
    /** Needed unless there is an issue, whose title it has then. */
    title: line(200).optional(),
    /** An issue of the repository at its forge: the server reads it, and it is added to the description. */
    issue: IssueNumber.optional(),
  })
  .refine(({ title, issue }) => title !== undefined || issue !== undefined, {
    path: ['title'],
    message: 'is needed, unless the task is from an issue',
  });
export type CreateTaskRequest = z.infer<typeof CreateTaskRequest>;

/** A task from each of these issues. What is said beside them is said of all. */
export const StartIssuesRequest = z.strictObject({
  ...settingsOfTask,
  numbers: z
    .array(IssueNumber)
    .min(1)
    .max(20)
    .refine((numbers) => new Set(numbers).size === numbers.length, 'must name an issue once'),
});
export type StartIssuesRequest = z.infer<typeof StartIssuesRequest>;

export const EditTaskRequest = z.strictObject({
  title: line(200).optional(),
  description: text(MAX_DESCRIPTION).optional(),
  priority: Priority.optional(),
  labels: z.array(line(40)).max(20).optional(),
});
export type EditTaskRequest = z.infer<typeof EditTaskRequest>;

export const CancelTaskRequest = z.strictObject({ reason: text(500).default('') });
/** `to`: of several agents at work the one that is meant, or all of them; absent, the one that leads its phase. */
export const SendMessageRequest = z.strictObject({
  text: line(20_000),
  interrupt: z.boolean().default(false),
  to: z.union([z.literal('all'), Id]).optional(),
});

export const AnswerQuestionRequest = z
  .strictObject({ choices: z.array(z.string().max(500)).max(20).default([]), text: text(10_000).default('') })
  .refine((a) => a.choices.length > 0 || a.text.trim() !== '', {
    path: ['text'],
    message: 'choose an option or write an answer',
  });
export type AnswerQuestionRequest = z.infer<typeof AnswerQuestionRequest>;

/** `sealed` is a libsodium sealed box (base64) of the UTF-8 value, made with the key from `GET /api/secrets/key`. */
export const ProvideDependencyRequest = z.strictObject({
  sealed: z.base64().min(1).max(200_000),
  remember: z.enum(['task', 'repository', 'workspace']).default('task'),
});
export type ProvideDependencyRequest = z.infer<typeof ProvideDependencyRequest>;
export const DeclineDependencyRequest = z.strictObject({ reason: text(1000).default('') });

/**
 * `sealed`: the token, sealed as for a dependency. Blanks around it are cut off; 1 to 500 visible ASCII characters, because
 * it is sent in a header.
 */
export const ConnectForgeRequest = z.strictObject({ sealed: z.base64().min(1).max(20_000) });
export type ConnectForgeRequest = z.infer<typeof ConnectForgeRequest>;

/** `organization`: its login, where it is to own the app; null for the account of whoever makes it. */
export const BeginForgeAppRequest = z.strictObject({
  name: z.string().trim().min(1).max(34),
  organization: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'must be the name of an organization as it stands in its address')
    .nullable()
    .default(null),
});
export type BeginForgeAppRequest = z.infer<typeof BeginForgeAppRequest>;
const state = z.string().min(1).max(100);
/** What the browser came back with from the forge. */
export const MadeForgeAppRequest = z.strictObject({ state, code: z.string().regex(/^[\w-]{1,200}$/) });
export type MadeForgeAppRequest = z.infer<typeof MadeForgeAppRequest>;
export const InstalledForgeAppRequest = z.strictObject({ state, installationId: z.int().positive() });
export type InstalledForgeAppRequest = z.infer<typeof InstalledForgeAppRequest>;

export const AddCommentRequest = z
  .strictObject({
    path,
    side: z.enum(['old', 'new']).default('new'),
    startLine: z.number().int().positive(),
    endLine: z.number().int().positive(),
    quote: text(20_000).default(''),
    body: line(20_000),
  })
  .refine((c) => c.endLine >= c.startLine, { path: ['endLine'], message: 'must not be before startLine' });
export type AddCommentRequest = z.infer<typeof AddCommentRequest>;
export const EditCommentRequest = z.strictObject({ body: line(20_000) });
export const ReplyToThreadRequest = z.strictObject({ body: line(20_000) });
/** Places in the list of those to open, from 0. */
export const AcceptIssuesRequest = z.strictObject({
  chosen: z.array(z.number().int().nonnegative()).min(1).max(MOST_PROPOSED),
});
export const DeclineIssuesRequest = z.strictObject({ reason: text(1_000).default('') });
export const MarkFileRequest = z.strictObject({ path, contentHash: line(64), reviewed: z.boolean() });
/** Replaces a document under review by the person's own text. */
export const ReviseDocumentRequest = z.strictObject({ path, content: text(1_000_000) });

export const ApproveReviewRequest = z.strictObject({
  note: text(5000).default(''),
  /** Also merge, when this review is the last gate of the task. */
  merge: MergeStrategy.nullable().default(null),
});
export type ApproveReviewRequest = z.infer<typeof ApproveReviewRequest>;
/** The draft comments of the review go along; with no comment at all a summary is needed. */
export const RequestChangesRequest = z.strictObject({ summary: text(20_000).default('') });
export const RejectReviewRequest = z.strictObject({ summary: line(20_000) });

/** Sends approved work back to the agent: to bring it together with its base, or with what it should do otherwise. */
export const SendBackRequest = z.strictObject({ text: text(20_000).default('') });
export const GrantRoundsRequest = z.strictObject({
  rounds: z.number().int().min(1).max(10).default(1),
  /** Whose attempt goes on; without it the one whose rounds were used up first. */
  instanceId: Id.optional(),
});

export const MergePullRequestRequest = z.strictObject({
  /** Left out: the first of ours that the repository allows. */
  strategy: MergeStrategy.optional(),
  /** The commit that was looked at: another one is not merged. */
  headSha: z.string().optional(),
});

export const ListTasksQuery = z.strictObject({
  column: z.string().max(40).optional(),
  repositoryId: Id.optional(),
  q: z.string().max(200).optional(),
  sort: z.enum(['updated', 'created', 'number', 'priority']).default('updated'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional(),
  min_position: z.coerce.number().int().nonnegative().optional(),
});

export const InviteRequest = z.strictObject({ role: Role });
export const AcceptInviteRequest = z.strictObject({
  token: line(200),
  name: line(100),
  email: z.email().max(200),
  password: newPassword,
});
/** A person's own: whoever found their browser open does not know the present one. */
export const ChangePasswordRequest = z.strictObject({ current: z.string().min(1).max(200), password: newPassword });
/** With the token of a link that an owner made. */
export const ResetPasswordRequest = z.strictObject({ token: line(200), password: newPassword });
export const PreferencesRequest = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).optional(),
  editor: z.enum(['vscode', 'cursor', 'jetbrains', 'none']).optional(),
});
