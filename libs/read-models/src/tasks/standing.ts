import type { PullRequestView, ReviewView, Standing, TaskView } from '@claude-codex/contracts';
import { openThreadsOf } from '@claude-codex/contracts/review/threads';
import { checkVerdict } from '@claude-codex/domain/task/check-verdict';
import { unlessSame } from '../unless-same.ts';

export const NO_STANDING: Standing = {
  check: null,
  exitCode: null,
  unsentComments: 0,
  openThreads: 0,
  atForge: null,
  judged: null,
  conflicts: [],
  baseSha: null,
  handedOverAt: null,
  draft: false,
};

/** What has to be known beside every approve and merge, from the work that counts; the same object while nothing changed. */
export function standingOf(view: TaskView, before: TaskView | null): Standing {
  if (before !== null && sameSources(view, before)) return before.standing;
  const { reviews, pullRequest } = view;
  const open = reviews.findLast(({ status }) => status === 'open');
  const { changes, evidence, review } = workThatCounts(view, open);
  // A plan in review was checked by nobody, and the checks of an earlier change say nothing about it.
  const judged = open?.subject === 'documents' ? null : evidence;
  const standing: Standing = {
    check: checkVerdict(changes, judged),
    exitCode: judged?.check?.exitCode ?? null,
    unsentComments: open?.comments.length ?? 0,
    openThreads: open?.subject === 'documents' ? 0 : openThreadsOf(view, review),
    atForge: verdictAtForge(pullRequest),
    judged: judgedAtForge(pullRequest),
    conflicts: pullRequest?.status === 'open' ? (pullRequest.problem?.conflicts ?? []) : [],
    baseSha: changes?.baseSha ?? null,
    handedOverAt: review?.createdAt ?? null,
    draft: pullRequest?.status === 'open' && pullRequest.draft,
  };
  return unlessSame(standing, before?.standing);
}

type Work = Pick<TaskView, 'changes' | 'evidence'> & { readonly review: ReviewView | undefined };

/**
 * Of one agent, what it handed over last. Of several until one is kept, that of the newest open review, else of the attempt
 * that leads: what another one handed over after it, and was sent back or set aside for, says nothing about it.
 */
function workThatCounts(view: TaskView, open: ReviewView | undefined): Work {
  const newest = { changes: view.changes, evidence: view.evidence, review: view.reviews.findLast(ofChanges) };
  const phase = view.phaseDetails.findLast(({ attemptsWanted, status }) => attemptsWanted > 1 && status !== 'pending');
  if (phase === undefined || phase.chosen !== null || open?.subject === 'documents') return newest;
  const instanceId = open?.instanceId ?? phase.instanceId;
  const attempt = phase.attempts.find((other) => other.instanceId === instanceId);
  const review = view.reviews.findLast((other) => ofChanges(other) && other.instanceId === instanceId);
  return attempt === undefined || review === undefined
    ? newest
    : { changes: review.changes, evidence: attempt.evidence, review };
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

/** What it said of another commit says nothing of this one. */
function judgedAtForge(pullRequest: PullRequestView | null): Standing['judged'] {
  // Rows that an earlier release wrote have none.
  const judged = pullRequest?.judged ?? null;
  if (pullRequest?.status !== 'open' || judged?.headSha !== pullRequest.headSha) return null;
  return { readiness: judged.readiness, why: judged.why };
}

function sameSources(view: TaskView, before: TaskView): boolean {
  return (
    view.changes === before.changes &&
    view.evidence === before.evidence &&
    view.reviews === before.reviews &&
    view.threads === before.threads &&
    view.phaseDetails === before.phaseDetails &&
    view.pullRequest === before.pullRequest
  );
}
