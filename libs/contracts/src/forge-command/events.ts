import { z } from 'zod';
import { RemoteForge } from '../forge.ts';
import { IssueNumber } from '../forge-issues.ts';
import { Id } from '../ids.ts';

/** What somebody can have done from a comment at a forge. */
export const CommandVerb = z.enum(['start', 'stop', 'pause', 'resume', 'retry', 'answer']);
export type CommandVerb = z.infer<typeof CommandVerb>;

/** What is kept of the words behind a verb; an answer may not be longer. */
export const MAX_COMMAND_TEXT = 10_000;

/** A command in a comment at a forge, by somebody who may write there. One stream for each comment. */
export const forgeCommandEvents = {
  ForgeCommandGiven: z.object({
    provider: RemoteForge,
    repositoryId: Id,
    /** Of the issue or pull request. */
    number: IssueNumber,
    /** Who gave it there, and where it can be read. */
    login: z.string(),
    url: z.string(),
    /** The member they stand for here; null: they acted as themselves. */
    personId: z.string().nullable(),
    verb: CommandVerb,
    text: z.string().max(MAX_COMMAND_TEXT),
    /** The task it was about, or that it made. */
    taskId: Id.nullable(),
    outcome: z.enum(['done', 'refused']),
    /** What was answered there, in words for a person. */
    detail: z.string(),
  }),
} as const;
