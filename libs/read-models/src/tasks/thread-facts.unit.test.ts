import type { EventData, EventType } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts';
import { expect, it } from 'vitest';
import { foldTask } from './fold-task.ts';
import { CODER, developing, handedOver, QUESTION, REVIEW, recorded, TASK, taskAfter } from './history.fixture.ts';

type Step = Parameters<typeof recorded>[0][number];

const THREAD = '01thread000000000000000000';
const lines = { path: 'a.js', side: 'new' as const, startLine: 3, endLine: 4 };
const thread = <T extends EventType>(type: T, data: EventData<T>, by?: string) =>
  ({ stream: streamOf('thread', THREAD), type, data, ...(by !== undefined && { by }) }) as Step;
const opened = thread('ThreadOpened', {
  ...{ taskId: TASK, reviewId: REVIEW, phase: 'develop', instanceId: CODER, round: 1, branch: 'b', headSha: 'h' },
  ...{ lines, quote: 'x', body: 'Why?', by: 'linus' },
});

it('a thread shows who wrote it, what was said, where it went, and who resolved it', () => {
  const place = { ...lines, startLine: 9, endLine: 10, touched: true };
  const view = taskAfter(
    developing,
    handedOver,
    opened,
    thread('ThreadReplied', { taskId: TASK, replyId: QUESTION, body: 'Because.', verdict: null }, 'ada'),
    thread('ThreadMoved', { taskId: TASK, round: 2, headSha: 'i', place }),
    thread('ThreadMoved', { taskId: TASK, round: 3, headSha: 'j', place: null }),
    thread('ThreadResolved', { taskId: TASK }, 'grace'),
  );
  expect(view.threads).toMatchObject([
    {
      id: THREAD,
      by: 'linus',
      lines,
      body: 'Why?',
      status: 'resolved',
      resolvedBy: 'grace',
      replies: [{ by: 'ada', byAgent: false, body: 'Because.', verdict: null }],
      places: [
        { round: 2, place },
        { round: 3, place: null },
      ],
    },
  ]);
});

it('an answer of the agent is the agent’s, not that of the person behind it', () => {
  const [answer] = recorded([
    thread('ThreadReplied', { taskId: TASK, replyId: QUESTION, body: 'Done.', verdict: 'done' }),
  ]);
  if (answer === undefined) throw new Error('no event');
  const meta = { ...answer.meta, actor: { kind: 'instance' as const, id: CODER }, causedBy: 'ada' };
  const view = foldTask(taskAfter(developing, handedOver, opened), { ...answer, meta });
  expect(view?.threads[0]?.replies).toMatchObject([{ by: CODER, byAgent: true, verdict: 'done' }]);
});

it('a thread shows where it and its replies stand at its forge, and why the newest of it does not', () => {
  const at = { provider: 'github' as const, login: 'grace', mayWrite: true };
  const link = (commentId: string, from: 'here' | 'there') => ({
    ...at,
    commentId,
    from,
    url: `https://x/${commentId}`,
  });
  const steps = [
    opened,
    thread('ThreadLinked', { taskId: TASK, replyId: null, link: link('1', 'there') }),
    thread('ThreadReplied', { taskId: TASK, replyId: QUESTION, body: 'Because.', verdict: null }, 'ada'),
    thread('ThreadLinked', { taskId: TASK, replyId: QUESTION, link: link('2', 'here') }),
    thread('ThreadNotSent', { taskId: TASK, detail: 'It is locked.', headSha: 'h' }),
  ];
  const shown = (from: 'here' | 'there', url: string) => ({ provider: 'github', login: 'grace', from, url });
  expect(taskAfter(developing, handedOver, ...steps).threads).toMatchObject([
    {
      link: shown('there', 'https://x/1'),
      replies: [{ link: shown('here', 'https://x/2') }],
      notSent: 'It is locked.',
    },
  ]);
  const asked = taskAfter(developing, handedOver, ...steps, thread('ThreadSendRequested', { taskId: TASK }));
  expect(asked.threads).toMatchObject([{ notSent: null }]);
});

it('what is said in a thread that nobody knows changes nothing', () => {
  const before = taskAfter(developing);
  const [event] = recorded([thread('ThreadResolved', { taskId: TASK })]);
  if (event === undefined) throw new Error('no event');
  expect(foldTask(before, event)).toBe(before);
});
