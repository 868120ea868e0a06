import { streamOf } from '@claude-codex/contracts';
import { instanceDecider, pullRequestDecider, taskDecider } from '@claude-codex/domain';
import { handleTransaction, type Load, loadState, type StreamWrite } from '@claude-codex/eventing';
import { describe, expect, it } from 'vitest';
import {
  agentHandsOver,
  agentStarts,
  changes,
  createdTask,
  house,
  meta,
  personDecides,
  TASK,
  useFlowHouse,
} from './flow-house.fixture.ts';

useFlowHouse();

const _task = async () => {
  const state = await loadState(house.store, streamOf('task', TASK), taskDecider);
  if (state.status === 'none') throw new Error('there is no task');
  return state;
};
/** The attempt that leads the first phase. */
let transactions = 0;
async function _transact(work: (load: Load) => Promise<StreamWrite[]>): Promise<void> {
  transactions += 1;
  await handleTransaction(house.store, { commandId: `transaction-${transactions}`, meta, decide: work });
  await house.settle();
}

async function approvedChange(merge: 'squash' | null = null): Promise<string> {
  await createdTask('develop');
  await agentStarts();
  await agentHandsOver('develop', 1, { changes });
  await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge });
  return (await house.last('PullRequestOpened')).stream.replace('pullrequest-', '');
}

/** A merge was asked for and met conflicts. */
async function _conflicted(): Promise<string> {
  const pullRequestId = await approvedChange('squash');
  const failure = {
    code: 'MERGE_CONFLICT',
    detail: 'One file was changed on both sides.',
    conflicts: ['src/greet.js'],
  };
  const stream = streamOf('pullrequest', pullRequestId);
  await house.run(stream, pullRequestDecider, { type: 'RecordMergeFailure', ...failure });
  await house.settle();
  return pullRequestId;
}

describe('what an agent proposes for its pull request', () => {
  it('is how it is opened', async () => {
    await createdTask('develop');
    const coder = await agentStarts();
    const proposal = { title: 'Greet in French', body: 'Says bonjour.', draft: true };
    await house.run(streamOf('instance', coder), instanceDecider, {
      type: 'SubmitPhase',
      phase: 'develop',
      round: 1,
      summary: 'Done.',
      deliverables: [],
      via: 'tool',
      proposal,
    });
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: null });
    expect((await house.last('PullRequestOpened')).data).toMatchObject(proposal);
  });
});
