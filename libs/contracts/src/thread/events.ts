import { z } from 'zod';
import { RemoteForge } from '../forge.ts';
import { Id } from '../ids.ts';

/** Lines of a file in the work of a round. Lines count from 1 on the given side of its diff. */
export const ThreadLines = z.object({
  path: z.string(),
  side: z.enum(['old', 'new']),
  startLine: z.number().int().positive(),
  endLine: z.number().int().positive(),
});
export type ThreadLines = z.infer<typeof ThreadLines>;

/** Where the lines of a thread went. `touched`: they were changed since the thread began, or some of them are gone. */
export const ThreadPlace = ThreadLines.extend({ touched: z.boolean() });
export type ThreadPlace = z.infer<typeof ThreadPlace>;

/** What an agent says with an answer; people say it in their own words. */
export const ThreadVerdict = z.enum(['done', 'question', 'objection']);
export type ThreadVerdict = z.infer<typeof ThreadVerdict>;

/** As a thread stands: with a person to be asked for more, or settled. */
export const ThreadStatus = z.enum(['open', 'resolved']);
export type ThreadStatus = z.infer<typeof ThreadStatus>;

/** Words of a thread as they stand at its forge. `commentId`: the forge's own. */
export const ThreadLink = z.object({
  provider: RemoteForge,
  commentId: z.string(),
  url: z.string(),
  /** Who wrote them: there, or we for somebody here. */
  from: z.enum(['here', 'there']),
  /** The account they stand under there, and whether it may write to the repository. */
  login: z.string(),
  mayWrite: z.boolean(),
});
export type ThreadLink = z.infer<typeof ThreadLink>;

/** Every event of a thread names its task, so that whoever follows tasks needs to remember no thread. */
const ofTask = { taskId: Id };

export const threadEvents = {
  /** A comment of a review that was decided. The thread has the id of the comment, and is of the agent's work, not of the round. */
  ThreadOpened: z.object({
    ...ofTask,
    reviewId: Id,
    phase: z.string(),
    instanceId: Id,
    round: z.number().int().positive(),
    /** The branch of the work and its commit that was commented on: a thread goes where the branch goes. */
    branch: z.string(),
    headSha: z.string(),
    lines: ThreadLines,
    /** The commented lines as they were. */
    quote: z.string(),
    body: z.string(),
    /** Who wrote the comment, a user id. */
    by: z.string(),
  }),
  /** A person, or the agent whose work it is about, says something. `verdict`: null from people. */
  ThreadReplied: z.object({ ...ofTask, replyId: Id, body: z.string(), verdict: ThreadVerdict.nullable() }),
  ThreadResolved: z.object(ofTask),
  ThreadUnresolved: z.object(ofTask),
  /** The work was handed over anew. `place`: where its lines are now; null when none of them is left. */
  ThreadMoved: z.object({
    ...ofTask,
    round: z.number().int().positive(),
    headSha: z.string(),
    place: ThreadPlace.nullable(),
  }),
  /** What it began with (`replyId`: null), or a reply, stands at its forge too: it was said there, or sent there. */
  ThreadLinked: z.object({ ...ofTask, replyId: Id.nullable(), link: ThreadLink }),
  /** Its forge says the same of it as we do, also when we only learn that. Whoever says otherwise next was later. */
  ThreadAligned: z.object({ ...ofTask, status: ThreadStatus }),
  /**
   * Its forge did not take what was to be sent. Nobody tries again before something else is said, other work than
   * `headSha` stands there, or somebody asks for it.
   */
  ThreadNotSent: z.object({ ...ofTask, detail: z.string(), headSha: z.string() }),
  /** A person wants it tried again. */
  ThreadSendRequested: z.object(ofTask),
} as const;
