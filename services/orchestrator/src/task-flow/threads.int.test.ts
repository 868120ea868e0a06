import { type ReviewComment, streamOf } from '@claude-codex/contracts';
import { taskDecider, threadDecider, threadsOf } from '@claude-codex/domain';
import { idFrom } from '@claude-codex/service-kit/ids';
import { expect, it } from 'vitest';
import {
  agentHandsOver,
  agentStarts,
  changes,
  createdTask,
  house,
  personDecides,
  TASK,
  useFlowHouse,
} from './flow-house.fixture.ts';

useFlowHouse();

function comment(body: string, startLine = 3): ReviewComment {
  const place = { path: 'src/greet.js', side: 'new' as const, startLine, endLine: startLine, quote: 'return name' };
  return { commentId: idFrom('comment', body), ...place, body };
}

async function handedOver(round: number): Promise<void> {
  await agentHandsOver('develop', round, { changes: { ...changes, headSha: String(round).repeat(40) } });
}

async function started(): Promise<string> {
  await createdTask('develop');
  return agentStarts();
}

const threads = () => threadsOf(house.store, { taskId: TASK, phase: 'develop', branch: changes.branch });

it('the comments of a review become threads once, and the agent is told of them by their ids', async () => {
  const instanceId = await started();
  await handedOver(1);
  const said = comment('No default here.');
  await personDecides('develop', 1, { type: 'AddComment', comment: said });
  expect(await threads()).toEqual([]);
  await personDecides('develop', 1, { type: 'RequestChanges', summary: '' });
  expect(await threads()).toMatchObject([
    { id: said.commentId, status: 'open', instanceId, round: 1, headSha: '1'.repeat(40), body: said.body, by: 'ada' },
  ]);
  expect((await house.types()).filter((type) => type === 'ThreadOpened')).toHaveLength(1);
  expect((await house.last('FeedbackSent')).data.text).toContain(`[thread ${said.commentId}] src/greet.js:3`);
});

it('what nobody resolved comes again with the next feedback, as still open; what was resolved does not', async () => {
  await started();
  await handedOver(1);
  const [open, settled] = [comment('A map?'), comment('A typo.', 5)];
  await personDecides('develop', 1, { type: 'AddComment', comment: open });
  await personDecides('develop', 1, { type: 'AddComment', comment: settled });
  await personDecides('develop', 1, { type: 'RequestChanges', summary: '' });
  await house.run(streamOf('thread', settled.commentId), threadDecider, { type: 'ResolveThread' });
  await handedOver(2);
  await personDecides('develop', 2, { type: 'RequestChanges', summary: 'Nearly.' });
  const { text } = (await house.last('FeedbackSent')).data;
  expect(text).toContain(`Still open from earlier rounds:\n\n- [thread ${open.commentId}]`);
  expect(text).not.toContain(settled.commentId);
});

it('a comment of a review that approved is a thread too', async () => {
  await started();
  await handedOver(1);
  const said = comment('Later, perhaps.');
  await personDecides('develop', 1, { type: 'AddComment', comment: said });
  await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: null });
  expect(await threads()).toMatchObject([{ id: said.commentId, status: 'open' }]);
});

it('what an approval left open goes along when a person wants the work otherwise, and not when a check failed', async () => {
  await started();
  await handedOver(1);
  const said = comment('Later, perhaps.');
  await personDecides('develop', 1, { type: 'AddComment', comment: said });
  await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: null });
  const told = async (reason: 'person' | 'check') => {
    const reopened = { type: 'ReopenPhase' as const, reason, detail: '', conflicts: [], automatic: null };
    await house.run(streamOf('task', TASK), taskDecider, reopened);
    await house.settle();
    return (await house.last('MessageSent')).data.text;
  };
  expect(await told('person')).toContain(`[thread ${said.commentId}]`);
  await handedOver(2);
  await personDecides('develop', 2, { type: 'ApproveReview', note: '', merge: null });
  expect(await told('check')).not.toContain(said.commentId);
});

it('a comment of work that was rejected is none', async () => {
  await started();
  await handedOver(1);
  await personDecides('develop', 1, { type: 'AddComment', comment: comment('No.') });
  await personDecides('develop', 1, { type: 'RejectReview', summary: 'Wrong.' });
  expect(await threads()).toEqual([]);
});
