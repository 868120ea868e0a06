import { z } from 'zod';
import { RemoteForge } from './forge.ts';
import { CommandVerb, MAX_COMMAND_TEXT } from './forge-command/events.ts';
import { IssueNumber } from './forge-issues.ts';
import { Id } from './ids.ts';

/** Bus request `commands.from-forge`, served by the gateway: a command in a comment of somebody who may write there. */
export const CommandFromForge = z.object({
  provider: RemoteForge,
  connectionId: Id,
  repositoryId: Id,
  number: IssueNumber,
  /** Something can be started from it: it is an issue. */
  isIssue: z.boolean(),
  /** The task it is about; null as long as there is none. */
  taskId: Id.nullable(),
  /** What that one waits to have answered. */
  questionIds: z.array(Id),
  /** By the forge's own id of it. */
  commentId: z.string(),
  login: z.string(),
  url: z.string(),
  verb: CommandVerb,
  text: z.string().max(MAX_COMMAND_TEXT),
});
export type CommandFromForge = z.infer<typeof CommandFromForge>;

/** The same however often it is asked for. `ignored`: this repository takes no commands, and nothing is said of it. */
export const CommandFromForgeAnswer = z.object({
  outcome: z.enum(['done', 'refused', 'ignored']),
  detail: z.string(),
});
export type CommandFromForgeAnswer = z.infer<typeof CommandFromForgeAnswer>;

/** Of `GET /api/forges/:provider/logins`. */
export const ForgeLoginsView = z.object({
  logins: z.array(
    z.object({
      login: z.string(),
      /** When a command of theirs was heard first; null: never. */
      seenAt: z.iso.datetime().nullable(),
      /** The member they stand for. */
      personId: z.string().nullable(),
      /** Who said so, and when; null: nobody did. */
      mapped: z.object({ by: z.string(), at: z.iso.datetime() }).nullable(),
    }),
  ),
});
export type ForgeLoginsView = z.infer<typeof ForgeLoginsView>;
export type ForgeLoginView = ForgeLoginsView['logins'][number];

/** A name of an account at a forge, as GitHub allows them; of an app it ends in `[bot]`, and those give no commands. */
export const ForgeLogin = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/, 'must be a login');
/** Of `PUT /api/forges/:provider/logins/:login`. Null: they stand for nobody. */
export const MapLoginRequest = z.strictObject({ personId: z.string().min(1).max(100).nullable() });
