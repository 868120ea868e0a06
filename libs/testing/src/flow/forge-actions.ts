import { FORGES } from '@claude-codex/contracts';
import type { Action } from './action.ts';
import { stopAll } from './attempts.ts';
import { at, onTask, SYSTEM } from './streams.ts';
import { type SimTask, sha, type World } from './world.ts';

/** What people do at its forge with a pull request that stands there. */
export const forgeActions: readonly Action[] = [
  { weight: 2, can: standsThere, act: edit },
  { weight: 2, can: standsThere, act: judge },
  { weight: 1, can: standsThere, act: closeAndReopen },
];

function standsThere({ status, pullRequest }: SimTask): boolean {
  return status === 'running' && pullRequest?.status === 'open' && FORGES[pullRequest.provider].publishes;
}

function edit(world: World, task: SimTask): void {
  const [draft, baseBranch] = [world.choose(2) === 0, world.pick(['main', 'release'])];
  world.record(where(task), 'PullRequestEdited', { title: 'Greet by first name', draft, baseBranch }, SYSTEM);
}

/** What it still wants, and a wish to merge that waited for that. */
function judge(world: World, task: SimTask): void {
  const why = ['The required check "ci" has not passed yet.'];
  const [headSha, readiness] = [sha(`${task.id}-head`, 40), 'waits' as const];
  world.record(where(task), 'PullRequestJudged', { headSha, readiness, why }, SYSTEM);
  if (world.choose(2) === 0) return;
  world.record(where(task), 'PullRequestMergeRequested', { strategy: 'squash' });
  const held = { cause: 'forge_rules' as const, detail: why.join(' '), needsPerson: false };
  world.record(onTask(task), 'TaskHeldBack', held, SYSTEM);
  world.record(where(task), 'PullRequestMergeTakenBack', {});
}

/** Its task is cancelled by that, and goes on with the work it has. */
function closeAndReopen(world: World, task: SimTask): void {
  world.record(where(task), 'PullRequestClosed', { reason: 'It was closed there.', atForge: 'closed' }, SYSTEM);
  world.record(onTask(task), 'TaskCancelled', { reason: 'The change request was closed.' }, SYSTEM);
  stopAll(world, task, 'task cancelled');
  world.record(where(task), 'PullRequestReopened', { why: null }, SYSTEM);
  world.record(onTask(task), 'TaskResumed', {}, SYSTEM);
}

function where(task: SimTask) {
  return at(task, 'pullrequest', task.pullRequest?.id ?? '');
}
