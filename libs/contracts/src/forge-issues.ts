import { z } from 'zod';
import { RepositorySlug } from './forge.ts';
import { Id } from './ids.ts';

/** Bus requests about issues, to the service that speaks to a forge: `subjects.forge(provider)`. */

/** Numbers are positive and end where a 32-bit integer does, at every forge we know. */
export const IssueNumber = z.number().int().positive().max(2_147_483_647);

export const IssueState = z.enum(['open', 'closed']);
export type IssueState = z.infer<typeof IssueState>;

/** An issue as a list shows it. Texts are cut where they are longer than a page has room for. */
export const ForgeIssue = z.object({
  number: IssueNumber,
  title: z.string(),
  state: IssueState,
  labels: z.array(z.string()),
  /** Logins. Whose account is gone is the forge's own word for nobody. */
  author: z.string(),
  assignees: z.array(z.string()),
  comments: z.number(),
  updatedAt: z.iso.datetime(),
  /** Where people look at it. */
  url: z.string(),
});
export type ForgeIssue = z.infer<typeof ForgeIssue>;

/** A text somebody wrote at the forge. */
export const IssueText = z.object({
  author: z.string(),
  /** They may push to the repository. What is not known is no. */
  mayWrite: z.boolean(),
  body: z.string(),
  /** There is more of it at the forge. */
  isCut: z.boolean(),
  at: z.iso.datetime(),
});
export type IssueText = z.infer<typeof IssueText>;

export const IssueDetail = ForgeIssue.extend({
  text: IssueText,
  /** The newest, oldest first. */
  discussion: z.array(IssueText),
  /** There are older comments than these. */
  hasOlder: z.boolean(),
});
export type IssueDetail = z.infer<typeof IssueDetail>;

const Refused = z.object({ ok: z.literal(false), code: z.string(), detail: z.string() });

/** `issues`: those of a repository, the last changed first; no pull requests. */
export const ForgeIssuesRequest = z.object({
  credentialId: Id,
  slug: RepositorySlug,
  state: z.enum(['open', 'closed', 'all']),
  /** It has all of these. A name with a comma cannot be asked for. */
  labels: z
    .array(
      z
        .string()
        .min(1)
        .max(100)
        .regex(/^[^,]+$/),
    )
    .max(10),
  /** In the title, in whatever case; or the number. */
  text: z.string().max(200),
  /** 1 at first, then `nextPage` of the answer before. */
  page: z.number().int().positive().max(10_000),
});
export type ForgeIssuesRequest = z.infer<typeof ForgeIssuesRequest>;

export const IssuesPage = z.object({
  issues: z.array(ForgeIssue),
  /** Null: these were the last. A page may hold none although more follow. */
  nextPage: z.number().nullable(),
});
export type IssuesPage = z.infer<typeof IssuesPage>;
export const ForgeIssuesAnswer = z.discriminatedUnion('ok', [IssuesPage.extend({ ok: z.literal(true) }), Refused]);
export type ForgeIssuesAnswer = z.infer<typeof ForgeIssuesAnswer>;

/** `issue`: one of them, with what was said of it. */
export const ForgeIssueRequest = z.object({ credentialId: Id, slug: RepositorySlug, number: IssueNumber });
export type ForgeIssueRequest = z.infer<typeof ForgeIssueRequest>;
export const ForgeIssueAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), issue: IssueDetail }),
  Refused,
]);
export type ForgeIssueAnswer = z.infer<typeof ForgeIssueAnswer>;

/** Of `GET /api/repositories/:id/issues`. */
export const ListIssuesQuery = z.strictObject({
  state: ForgeIssuesRequest.shape.state.default('open'),
  labels: z
    .string()
    .max(1_000)
    .default('')
    .transform((list) => list.split(',').filter((name) => name !== ''))
    .pipe(ForgeIssuesRequest.shape.labels),
  text: ForgeIssuesRequest.shape.text.default(''),
  page: z.coerce.number().pipe(ForgeIssuesRequest.shape.page).default(1),
});
