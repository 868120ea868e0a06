import { streamOf } from '@claude-codex/contracts';
import { instanceDecider } from '@claude-codex/domain';
import { describe, expect, it } from 'vitest';
import {
  agentHandsOver,
  agentStarts,
  changes,
  createdTask,
  house,
  personDecides,
  useFlowHouse,
} from './flow-house.fixture.ts';

useFlowHouse();

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
