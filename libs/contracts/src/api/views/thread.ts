import { z } from 'zod';
import { Id } from '../../ids.ts';
import { ThreadLines, ThreadLink, ThreadPlace, ThreadStatus, ThreadVerdict } from '../../thread/events.ts';

const at = z.iso.datetime();

/** Where words of a thread stand at its forge, for people. */
export const ThreadLinkView = ThreadLink.pick({ provider: true, url: true, from: true, login: true });
export type ThreadLinkView = z.infer<typeof ThreadLinkView>;

export const ThreadReplyView = z.object({
  id: Id,
  /** A user id; of an agent the id of its instance. */
  by: z.string(),
  byAgent: z.boolean(),
  body: z.string(),
  /** What an agent says with it: the wish is met, or it asks or objects. */
  verdict: ThreadVerdict.nullable(),
  /** Null: it stands here alone. */
  link: ThreadLinkView.nullable(),
  at,
});
export type ThreadReplyView = z.infer<typeof ThreadReplyView>;

export const ThreadView = z.object({
  /** That of the comment it began with. */
  id: Id,
  taskId: Id,
  /** The review it began in. */
  reviewId: Id,
  phase: z.string(),
  /** Whose work it is about, and its branch: whoever goes on with that has the thread too. */
  instanceId: Id,
  branch: z.string(),
  round: z.number(),
  lines: ThreadLines,
  quote: z.string(),
  body: z.string(),
  /** A user id. */
  by: z.string(),
  status: ThreadStatus,
  resolvedBy: z.string().nullable(),
  replies: z.array(ThreadReplyView),
  /** Where it is in the rounds since; `place` is null where none of its lines is left: it is outdated there. */
  places: z.array(z.object({ round: z.number(), place: ThreadPlace.nullable() })),
  /** Null: it stands here alone. */
  link: ThreadLinkView.nullable(),
  /** Why its forge did not take the newest of it; null as long as it did, or was not asked. */
  notSent: z.string().nullable(),
  createdAt: at,
});
export type ThreadView = z.infer<typeof ThreadView>;
