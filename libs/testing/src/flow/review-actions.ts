import type { Action } from './action.ts';
import { endInstance, startPhase } from './lifecycle-actions.ts';
import { changesOf, document, isLastPhase, phaseOf, WORKFLOW } from './phases.ts';
import { at, attemptOf, liveInstance, onInstance, onTask, SYSTEM } from './streams.ts';
import { type SimTask, sha, type World } from './world.ts';

/** What people do with the work, up to the merge. */
export const reviewActions: readonly Action[] = [
  { weight: 6, can: reviewable, act: lookThrough },
  {
    weight: 6,
    can: reviewable,
    act(world, task) {
      const merge = isLastPhase(task) ? world.pick([null, 'squash' as const]) : null;
      world.record(onReview(task), 'ReviewApproved', { note: '', merge });
      finishPhase(world, task, reviewOf(task).id);
    },
  },
  { weight: 6, can: (task, instance) => reviewable(task) && instance?.state === 'running', act: requestChanges },
  {
    weight: 1,
    can: reviewable,
    act(world, task) {
      const { id } = reviewOf(task);
      const where = at(task, 'review', id);
      const isRejected = world.choose(2) === 0;
      if (isRejected) world.record(where, 'ReviewRejected', { summary: 'wrong idea' });
      world.record(onTask(task), 'TaskCancelled', { reason: 'review ended it' }, SYSTEM);
      // A review is withdrawn because its task is over, never the other way round.
      if (!isRejected) world.record(where, 'ReviewWithdrawn', { reason: 'taken over by hand' }, SYSTEM);
      stopInstance(world, task);
      task.status = 'cancelled';
      task.review = null;
    },
  },
  {
    weight: 15,
    can: (task) => task.status === 'running' && task.pullRequest !== null,
    act(world, task) {
      const pullRequest = task.pullRequest ?? { id: '', status: 'open' };
      const where = at(task, 'pullrequest', pullRequest.id);
      if (pullRequest.status === 'open' && world.choose(5) === 0) return sendBack(world, task, pullRequest.id);
      if (pullRequest.status === 'open' && world.choose(8) === 0) return updateFromBase(world, task, pullRequest.id);
      if (pullRequest.status === 'open') return requestMerge(world, task, pullRequest.id);
      if (world.choose(4) === 0) {
        const conflict = { code: 'MERGE_CONFLICT', detail: 'It does not apply.', conflicts: ['src/greet.js'] };
        world.record(where, 'PullRequestMergeFailed', conflict, SYSTEM);
        task.pullRequest = { id: pullRequest.id, status: 'open' };
        return;
      }
      world.record(where, 'PullRequestMerged', { mergeSha: sha('merged', 40), strategy: 'squash' }, SYSTEM);
      complete(world, task, pullRequest.id);
    },
  },
];

function reviewable({ status, review }: SimTask): boolean {
  return status === 'running' && review !== null;
}

function reviewOf({ review }: SimTask): { id: string; comments: string[] } {
  if (review === null) throw new Error('there is no review');
  return review;
}

function onReview(task: SimTask) {
  return at(task, 'review', reviewOf(task).id);
}

function lookThrough(world: World, task: SimTask): void {
  const review = reviewOf(task);
  const where = onReview(task);
  const [first] = review.comments;
  const steps = [
    () => {
      const commentId = world.id();
      review.comments.push(commentId);
      const place = { path: 'src/greet.js', side: 'new' as const, startLine: 3, endLine: 4, quote: 'return name' };
      world.record(where, 'ReviewCommented', { comment: { commentId, ...place, body: 'Why?' } });
    },
    () => {
      const reviewed = world.choose(2) === 0;
      world.record(where, 'FileMarkedReviewed', { path: 'src/greet.js', contentHash: sha('greet', 40), reviewed });
    },
    ...phaseOf(task).deliverables.map(
      (path) => () => world.record(where, 'DocumentRevised', { deliverable: document(path, `by hand ${world.id()}`) }),
    ),
    ...(first === undefined
      ? []
      : [
          () => world.record(where, 'ReviewCommentEdited', { commentId: first, body: 'Why not a map?' }),
          () => {
            review.comments.shift();
            world.record(where, 'ReviewCommentRemoved', { commentId: first });
          },
        ]),
  ];
  world.pick(steps)();
}

function requestChanges(world: World, task: SimTask): void {
  const { id } = reviewOf(task);
  world.record(onReview(task), 'ReviewChangesRequested', { summary: 'Please rename it.', comments: [] });
  const { name: phase } = phaseOf(task);
  const instanceId = attemptOf(task);
  if (task.round >= WORKFLOW.maxRounds) {
    world.record(
      onTask(task),
      'AttemptRoundsExhausted',
      { phase, round: task.round, reviewId: id, instanceId },
      SYSTEM,
    );
    world.record(onTask(task), 'AttemptRoundsGranted', { phase, rounds: 1, instanceId });
  }
  task.round += 1;
  task.review = null;
  task.phaseStatus = 'running';
  const { round } = task;
  world.record(onTask(task), 'AttemptReworkRequested', { phase, round, reviewId: id, instanceId }, SYSTEM);
  const instance = liveInstance(task);
  if (instance === null) return;
  const messageId = world.id();
  instance.pending.push(messageId);
  world.record(
    onInstance(task, instance),
    'FeedbackSent',
    { messageId, reviewId: id, round, text: 'Please rename it.' },
    SYSTEM,
  );
}

/** On to the next phase, with another instance when another kind does it; after the last one, to the merge. */
export function finishPhase(world: World, task: SimTask, reviewId: string | null): void {
  const before = phaseOf(task);
  world.record(onTask(task), 'PhaseApproved', { phase: before.name, reviewId, instanceId: attemptOf(task) }, SYSTEM);
  task.review = null;
  if (isLastPhase(task)) task.lastRound = task.round;
  task.round = 1;
  if (isLastPhase(task)) {
    task.phaseStatus = 'approved';
    openPullRequest(world, task);
    return;
  }
  task.phase += 1;
  const instance = liveInstance(task);
  if (instance !== null && phaseOf(task).kind === before.kind) {
    const { name: phase, kind } = phaseOf(task);
    task.phaseStatus = 'running';
    world.record(onTask(task), 'AttemptStarted', { phase, round: 1, kind, instanceId: instance.id }, SYSTEM);
    return;
  }
  if (instance !== null) {
    world.record(onInstance(task, instance), 'InstanceCompleted', {}, SYSTEM);
    endInstance(task, instance);
  }
  startPhase(world, task);
}

function openPullRequest(world: World, task: SimTask): void {
  const id = world.id();
  task.pullRequest = { id, status: 'open' };
  world.record(
    at(task, 'pullrequest', id),
    'PullRequestOpened',
    {
      taskId: task.id,
      repositoryId: task.repositoryId,
      provider: 'local',
      number: null,
      url: null,
      branch: task.instances.at(-1)?.branch ?? '',
      baseBranch: 'main',
      headSha: sha(`${task.id}-head`, 40),
      title: 'Greet by name',
      body: '',
      draft: false,
    },
    SYSTEM,
  );
}

/** Approved work goes back: its pull request closes, and another instance goes on with the last phase. */
function sendBack(world: World, task: SimTask, id: string): void {
  const instance = liveInstance(task);
  task.round = (task.lastRound ?? 1) + 1;
  const reopened = {
    ...{ phase: phaseOf(task).name, round: task.round, instanceId: attemptOf(task) },
    ...{ reason: 'conflict' as const, detail: '' },
  };
  world.record(onTask(task), 'PhaseReopened', { ...reopened, conflicts: ['src/greet.js'] });
  world.record(at(task, 'pullrequest', id), 'PullRequestClosed', { reason: 'Its work goes back to the agent.' });
  task.pullRequest = null;
  if (instance !== null) {
    world.record(onInstance(task, instance), 'InstanceCompleted', {}, SYSTEM);
    endInstance(task, instance);
  }
  startPhase(world, task);
}

function updateFromBase(world: World, task: SimTask, id: string): void {
  const where = at(task, 'pullrequest', id);
  world.record(where, 'PullRequestUpdateRequested', {});
  const headSha = sha(`${task.id}-updated`, 40);
  const changes = changesOf(world, task, task.instances.at(-1)?.branch ?? '');
  world.record(where, 'PullRequestUpdated', { headSha, changes: changes && { ...changes, headSha } }, SYSTEM);
}

function requestMerge(world: World, task: SimTask, id: string): void {
  const where = at(task, 'pullrequest', id);
  if (world.choose(6) > 0) {
    world.record(where, 'PullRequestMergeRequested', { strategy: 'squash' });
    task.pullRequest = { id, status: 'merging' };
    return;
  }
  world.record(where, 'PullRequestClosed', { reason: 'superseded' });
  complete(world, task, null);
}

function complete(world: World, task: SimTask, pullRequestId: string | null): void {
  task.pullRequest = null;
  world.record(onTask(task), 'TaskCompleted', { pullRequestId }, SYSTEM);
  const instance = liveInstance(task);
  if (instance !== null) {
    world.record(onInstance(task, instance), 'InstanceCompleted', {}, SYSTEM);
    endInstance(task, instance);
  }
  task.status = 'completed';
}

function stopInstance(world: World, task: SimTask): void {
  const instance = liveInstance(task);
  if (instance === null) return;
  world.record(onInstance(task, instance), 'InstanceStopped', { reason: 'task cancelled' }, SYSTEM);
  endInstance(task, instance);
}
