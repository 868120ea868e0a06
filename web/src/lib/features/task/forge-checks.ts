import type { PullRequestView } from '@claude-codex/contracts';
import type { IconName } from '#lib/ui/icons.ts';

type Checks = NonNullable<PullRequestView['checks']>;
type Verdict = Checks['verdict'];

export const VERDICT_LOOK: Readonly<
  Record<Verdict, { readonly word: string; readonly icon: IconName; readonly ink: string }>
> = {
  failed: { word: 'failed', icon: 'xCircle', ink: 'text-failed' },
  pending: { word: 'running', icon: 'working', ink: 'text-working' },
  passed: { word: 'passed', icon: 'checkCircle', ink: 'text-done' },
};
const ORDER = Object.keys(VERDICT_LOOK) as Verdict[];

/** What failed stands first, then what is not known yet; within each as the forge has them. */
export function inOrder({ checks }: Checks): Checks['checks'] {
  return checks.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}

/** All of it in a few words; null where it is about another commit than the one that stands there now. */
export function checksWords(pullRequest: Pick<PullRequestView, 'checks' | 'headSha'>): string | null {
  const { checks: known, headSha } = pullRequest;
  if (known === null || known.headSha !== headSha) return null;
  const of = (verdict: Verdict) => known.checks.filter((check) => check.verdict === verdict).length;
  const total = known.checks.length;
  if (total === 0) return known.verdict === 'pending' ? 'Checks begin' : 'No checks run there';
  if (known.verdict === 'failed') return `${of('failed')} of ${total} checks failed`;
  return known.verdict === 'pending' ? `${of('passed')} of ${total} checks passed` : 'All checks passed';
}
