import type { EventData } from '@claude-codex/contracts/events';
import { cutText } from '@claude-codex/contracts/text';
import type { Conditional } from '../../api/conditional.ts';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { Place } from './place.ts';

type Judged = Pick<EventData<'PullRequestJudged'>, 'readiness' | 'why'>;

/** A pull request as GitHub answers about one. */
interface Pull {
  readonly base: { readonly ref: string };
  readonly mergeable_state: string;
  readonly auto_merge?: { readonly enabled_by?: { readonly login?: string } | null } | null;
}

/** What people said of it in reviews, the last of each. */
export interface Opinions {
  readonly approved: number;
  /** Logins of those who ask for changes. */
  readonly against: readonly string[];
}

interface Known {
  /** Of the commit it stands at; null where they are not for us to see. */
  checks(): Promise<EventData<'PullRequestChecked'> | null>;
  opinions(): Promise<Opinions>;
}

/** What a branch wants of what is merged into it, as far as it is shown to us. */
interface Rules {
  readonly checks: readonly string[];
  /** Null: not shown to us. */
  readonly approvals: number | null;
  readonly threads: boolean;
  readonly queue: boolean;
}

/** As many sentences are a list that is read. */
const MOST = 10;
const LONGEST = 300;

/**
 * Whether GitHub would merge it now, and what it still wants. Its own word is `mergeable_state`; names come from the rules of
 * the branch, which not every token may read. Null while GitHub has not worked it out.
 */
export async function judge(place: Place, ask: Conditional, pull: Pull, known: Known): Promise<Judged | null> {
  const { ref: base } = pull.base;
  const state = pull.mergeable_state;
  if (state === 'unknown') return null;
  if (state === 'draft') return judged('draft', ['It is a draft there: mark it as ready for review.']);
  if (state === 'dirty') return judged('conflict', [`It does not go together with ${base} any more.`]);
  const rules = await rulesOf(place, ask, base, state === 'blocked');
  if (rules.queue)
    return judged('queue', [`What goes into ${base} is merged by a queue: add it to the queue on GitHub.`]);
  if (state === 'behind')
    return judged('behind', [`Its branch has to hold what ${base} holds now: Update brings that in.`]);
  if (state !== 'blocked') return judged('ready', []);
  return blocked(rules, pull, { checks: await known.checks(), ...(await known.opinions()) });
}

function blocked(
  rules: Rules,
  { base, auto_merge: autoMerge }: Pull,
  { checks, approved, against }: Opinions & { readonly checks: EventData<'PullRequestChecked'> | null },
): Judged {
  const verdictOf = (name: string) => checks?.checks.find((check) => check.name === name)?.verdict ?? null;
  const failed = rules.checks.filter((name) => verdictOf(name) === 'failed');
  const running = rules.checks.filter((name) => verdictOf(name) === 'pending' || verdictOf(name) === null);
  const missing = Math.max((rules.approvals ?? 0) - approved, 0);
  const isReviewed = (rules.approvals ?? 0) > 0 || failed.length + running.length === 0;
  const stops = [
    ...failed.map((name) => `The required check "${name}" failed.`),
    ...(isReviewed ? against.map((login) => `${login} asks for changes.`) : []),
  ];
  if (stops.length > 0) return judged('blocked', stops);
  const waits = [
    ...running.map((name) => `The required check "${name}" has not passed yet.`),
    ...(missing > 0
      ? [`It waits for ${missing === 1 ? 'an approving review' : `${missing} approving reviews`} there.`]
      : []),
  ];
  if (waits.length === 0) waits.push(unseen(rules, base.ref));
  const by = autoMerge?.enabled_by?.login;
  if (by !== undefined) waits.push(`GitHub merges it by itself then: ${by} turned that on.`);
  return judged('waits', waits);
}

function unseen({ threads }: Rules, base: string): string {
  if (threads) return 'Every thread there has to be resolved.';
  return `GitHub does not say what of the rules of ${base} is missing, mostly an approving review: its page there does.`;
}

function judged(readiness: Judged['readiness'], why: readonly string[]): Judged {
  const first = why.filter((_sentence, index) => index < MOST);
  return { readiness, why: first.map((sentence) => cutText(sentence, LONGEST)) };
}

/** @param more the names of required checks are wanted, too, where the branch is protected the older way */
async function rulesOf(
  { octokit, owner, repo }: Place,
  ask: Conditional,
  branch: string,
  more: boolean,
): Promise<Rules> {
  const at = { owner, repo, branch };
  const name = `${owner}/${repo}/branches/${branch}`;
  const { repos } = octokit.rest;
  const [rules, protection] = await Promise.all([
    shown(ask((headers) => asking(repos.getBranchRules({ ...at, headers }), Date.now()), `${name}/rules`)),
    more ? shown(ask((headers) => asking(repos.getBranch({ ...at, headers }), Date.now()), name)) : null,
  ]);
  const of = <Type extends string>(type: Type) =>
    (rules ?? []).filter(
      (rule): rule is Extract<NonNullable<typeof rules>[number], { type: Type }> => rule.type === type,
    );
  const reviews = of('pull_request').flatMap(({ parameters }) => parameters ?? []);
  const checks = [
    ...of('required_status_checks').flatMap(({ parameters }) => parameters?.required_status_checks ?? []),
    ...(protection?.protection.required_status_checks?.contexts ?? []).map((context) => ({ context })),
  ];
  const approvals = reviews.map(({ required_approving_review_count: count }) => count);
  return {
    checks: [...new Set(checks.map(({ context }) => context))],
    approvals: approvals.length === 0 ? null : Math.max(...approvals),
    threads: reviews.some(({ required_review_thread_resolution: resolved }) => resolved),
    queue: of('merge_queue').length > 0,
  };
}

/** Null for what GitHub does not show to this token. */
async function shown<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof GithubRefused) return null;
    throw error;
  }
}
