import { FORGES, type GateRule } from '@claude-codex/contracts';
import type { Action } from './action.ts';
import { endInstance, giveUpAttempt, setOthersAside, startPhase, stopAll, stopAttempts } from './attempts.ts';
import { changesOf, document, isLastPhase, phaseOf } from './phases.ts';
import { remark } from './remarks.ts';
import { at, attemptOf, liveInstance, onInstance, onTask, SYSTEM } from './streams.ts';
import { openThreads } from './thread-actions.ts';
import { PEOPLE, type SimTask, sha, type World } from './world.ts';

type PullRequest = NonNullable<SimTask['pullRequest']>;

/** Agents that look at the work of others. */
const REVIEWERS = ['reviewer-1'];

/** What people do with the work, up to the merge. */
export const reviewActions: readonly Action[] = [
  { weight: 6, can: reviewable, act: lookThrough },
  { weight: 9, can: reviewable, act: approve },
  { weight: 6, can: (task, instance) => reviewable(task) && instance?.state === 'running', act: requestChanges },
  {
    weight: 1,
    can: reviewable,
    act(world, task) {
      const { id } = reviewOf(task);
      const where = at(task, 'review', id);
      const isRejected = world.choose(2) === 0;
      if (isRejected) world.record(where, 'ReviewRejected', { summary: 'wrong idea' });
      if (isRejected && task.beside.length > 0) {
        task.review = null;
        return giveUpAttempt(world, task, 'wrong idea');
      }
      world.record(onTask(task), 'TaskCancelled', { reason: 'review ended it' }, SYSTEM);
      // A review is withdrawn because its task is over, never the other way round.
      if (!isRejected) world.record(where, 'ReviewWithdrawn', { reason: 'taken over by hand' }, SYSTEM);
      stopAll(world, task, 'task cancelled');
      task.status = 'cancelled';
      task.review = null;
    },
  },
  {
    weight: 15,
    can: (task) => task.status === 'running' && task.pullRequest !== null,
    act(world, task) {
      const { pullRequest } = task;
      if (pullRequest === null) return;
      if (pullRequest.status === 'publishing') return publish(world, task, pullRequest);
      const where = at(task, 'pullrequest', pullRequest.id);
      if (pullRequest.status === 'open' && world.choose(5) === 0) return sendBack(world, task, pullRequest);
      if (pullRequest.status === 'open' && world.choose(8) === 0) return updateFromBase(world, task, pullRequest.id);
      if (pullRequest.status === 'open') return requestMerge(world, task, pullRequest);
      if (world.choose(4) === 0) {
        const conflict = { code: 'MERGE_CONFLICT', detail: 'It does not apply.', conflicts: ['src/greet.js'] };
        world.record(where, 'PullRequestMergeFailed', conflict, SYSTEM);
        task.pullRequest = { ...pullRequest, status: 'open' };
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

function reviewOf({ review }: SimTask): NonNullable<SimTask['review']> {
  if (review === null) throw new Error('there is no review');
  return review;
}

function onReview(task: SimTask) {
  return at(task, 'review', reviewOf(task).id);
}

/** One more of those whose approval its gate asks for; the last of them ends the phase. */
function approve(world: World, task: SimTask): void {
  const { id, approvals } = reviewOf(task);
  const { gate } = phaseOf(task);
  const needed = (by: GateRule['by']) => gate.find((rule) => rule.by === by)?.needed ?? 0;
  const voters = [...PEOPLE.slice(0, needed('person')), ...REVIEWERS.slice(0, needed('agent'))];
  const by = world.pick(voters.filter((voter) => !approvals.includes(voter)));
  approvals.push(by);
  const merge = isLastPhase(task) ? world.pick([null, 'squash' as const]) : null;
  const actor = { kind: REVIEWERS.includes(by) ? ('instance' as const) : ('person' as const), id: by };
  world.record(onReview(task), 'ReviewApproved', { note: '', merge }, actor);
  if (approvals.length < voters.length) return;
  openThreads(world, task, reviewOf(task));
  finishPhase(world, task, id);
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
  openThreads(world, task, reviewOf(task));
  const { name: phase } = phaseOf(task);
  const instanceId = attemptOf(task);
  if (task.round >= task.workflow.maxRounds) {
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
  const others = setOthersAside(world, task);
  world.record(onTask(task), 'PhaseApproved', { phase: before.name, reviewId, instanceId: attemptOf(task) }, SYSTEM);
  stopAttempts(world, task, others, 'The work of another attempt was kept.');
  task.review = null;
  if (isLastPhase(task)) task.lastRound = task.round;
  task.round = 1;
  if (isLastPhase(task)) {
    task.phaseStatus = 'approved';
    openPullRequest(world, task);
    return;
  }
  task.phase += 1;
  task.kept = false;
  const instance = liveInstance(task);
  if (instance !== null && phaseOf(task).kind === before.kind && phaseOf(task).attempts === 1) {
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
  const provider = world.pick(['local', 'local', 'github'] as const);
  task.pullRequest = { id, provider, status: FORGES[provider].publishes ? 'publishing' : 'open' };
  world.record(
    at(task, 'pullrequest', id),
    'PullRequestOpened',
    {
      taskId: task.id,
      repositoryId: task.repositoryId,
      provider,
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
function sendBack(world: World, task: SimTask, { id, provider }: PullRequest): void {
  const instance = liveInstance(task);
  task.round = (task.lastRound ?? 1) + 1;
  const reopened = {
    ...{ phase: phaseOf(task).name, round: task.round, instanceId: attemptOf(task) },
    ...{ reason: 'conflict' as const, detail: '' },
  };
  const automatic = FORGES[provider].publishes
    ? { over: 'checks' as const, round: 1, of: 10, signature: sha('ci failed', 26) }
    : null;
  world.record(onTask(task), 'PhaseReopened', { ...reopened, conflicts: ['src/greet.js'], automatic });
  const atForge = FORGES[provider].publishes ? ('stays_open' as const) : ('closed' as const);
  world.record(at(task, 'pullrequest', id), 'PullRequestClosed', {
    reason: 'Its work goes back to the agent.',
    atForge,
  });
  task.pullRequest = null;
  if (instance !== null) {
    world.record(onInstance(task, instance), 'InstanceCompleted', {}, SYSTEM);
    endInstance(task, instance);
  }
  task.kept = true;
  startPhase(world, task);
}

function updateFromBase(world: World, task: SimTask, id: string): void {
  const where = at(task, 'pullrequest', id);
  world.record(where, 'PullRequestUpdateRequested', {});
  const headSha = sha(`${task.id}-updated`, 40);
  const changes = changesOf(world, task, task.instances.at(-1)?.branch ?? '');
  world.record(where, 'PullRequestUpdated', { headSha, changes: changes && { ...changes, headSha } }, SYSTEM);
}

/** What its forge makes of it: taken at last, with what its checks say. */
function publish(world: World, task: SimTask, pullRequest: PullRequest): void {
  const where = at(task, 'pullrequest', pullRequest.id);
  if (world.choose(4) === 0) {
    const refusal = { code: 'FORGE_REFUSED', detail: 'No commits between main and it.' };
    world.record(where, 'PullRequestPublishFailed', refusal, SYSTEM);
    world.record(where, 'PullRequestPublishRequested', {});
  }
  const number = 1 + world.choose(900);
  world.record(where, 'PullRequestPublished', { number, url: `https://github.com/team/shop/pull/${number}` }, SYSTEM);
  const verdict = world.pick(['pending', 'passed', 'failed'] as const);
  const report = verdict === 'failed' ? { from: 'log' as const, text: 'expected 2 to be 3' } : null;
  const checks = [{ name: 'ci', verdict, url: null, report }];
  world.record(where, 'PullRequestChecked', { headSha: sha(`${task.id}-head`, 40), verdict, checks }, SYSTEM);
  if (number % 2 === 0) remark(world, where, number);
  if (number % 3 === 0) {
    const detail = 'After a round of the agent the same fails in the same way: ci.';
    world.record(where, 'PullRequestFollowThroughStopped', { why: 'same_failure', over: 'checks', detail }, SYSTEM);
  }
  task.pullRequest = { ...pullRequest, status: 'open' };
}

function requestMerge(world: World, task: SimTask, pullRequest: PullRequest): void {
  const where = at(task, 'pullrequest', pullRequest.id);
  if (world.choose(6) > 0) {
    world.record(where, 'PullRequestMergeRequested', { strategy: 'squash' });
    task.pullRequest = { ...pullRequest, status: 'merging' };
    return;
  }
  const isLocal = pullRequest.provider === 'local';
  world.record(where, 'PullRequestClosed', { reason: 'superseded', atForge: isLocal ? 'closed' : 'to_close' });
  if (!isLocal) world.record(where, 'PullRequestWithdrawn', { left: false }, SYSTEM);
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
