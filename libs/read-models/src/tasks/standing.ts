import type { PullRequestView, ReviewView, Standing, TaskView } from '@claude-codex/contracts';
import { openThreadsOf } from '@claude-codex/contracts/review/threads';
import { checkVerdict } from '@claude-codex/domain/task/check-verdict';

export const NO_STANDING: Standing = {
  check: null,
  exitCode: null,
  unsentComments: 0,
  openThreads: 0,
  atForge: null,
  conflicts: [],
  baseSha: null,
  handedOverAt: null,
  draft: false,
};

/** What has to be known beside every approve and merge, from the newest work; the same object while nothing changed. */
export function standingOf(view: TaskView, before: TaskView | null): Standing {
  if (before !== null && sameSources(view, before)) return before.standing;
  const { changes, evidence, reviews, pullRequest } = view;
  const open = reviews.findLast(({ status }) => status === 'open');
  // A plan in review was checked by nobody, and the checks of an earlier change say nothing about it.
  const judged = open?.subject === 'documents' ? null : evidence;
  return {
    check: checkVerdict(changes, judged),
    exitCode: judged?.check?.exitCode ?? null,
    unsentComments: open?.comments.length ?? 0,
    openThreads: open?.subject === 'documents' ? 0 : openThreadsOf(view, reviews.findLast(ofChanges)),
    atForge: verdictAtForge(pullRequest),
    conflicts: pullRequest?.status === 'open' ? (pullRequest.problem?.conflicts ?? []) : [],
    baseSha: changes?.baseSha ?? null,
    handedOverAt: reviews.findLast(ofChanges)?.createdAt ?? null,
    draft: pullRequest?.status === 'open' && pullRequest.draft,
  };
}

function ofChanges({ subject }: ReviewView): boolean {
  return subject === 'changes';
}

/** Checks of a commit it does not stand at any more say nothing about it. */
function verdictAtForge(pullRequest: PullRequestView | null): Standing['atForge'] {
  if (pullRequest?.status !== 'open' || pullRequest.checks?.headSha !== pullRequest.headSha) return null;
  const { verdict, checks } = pullRequest.checks;
  return verdict === 'passed' && checks.length === 0 ? null : verdict;
}

function sameSources(view: TaskView, before: TaskView): boolean {
  return (
    view.changes === before.changes &&
    view.evidence === before.evidence &&
    view.reviews === before.reviews &&
    view.threads === before.threads &&
    view.pullRequest === before.pullRequest
  );
}
