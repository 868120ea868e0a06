import { type EventData, idOf, type ReviewComment, streamOf } from '@claude-codex/contracts';
import {
  dependencyDecider,
  instanceDecider,
  questionDecider,
  type SaidBefore,
  saidBefore,
  saidText,
  type TaskCommand,
  taskDecider,
} from '@claude-codex/domain';
import { idFrom } from '@claude-codex/service-kit/ids';
import { describe, expect, it } from 'vitest';
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

async function decide(command: TaskCommand): Promise<void> {
  await house.run(streamOf('task', TASK), taskDecider, command);
  await house.settle();
}

async function cancelAndRetry(): Promise<void> {
  await decide({ type: 'CancelTask', reason: '' });
  await decide({ type: 'RetryTask' });
}

/** What the agent queued last is told when it begins. */
async function toldNext(phase: string): Promise<SaidBefore & { text: string }> {
  const instanceId = idOf((await house.last('InstanceQueued')).stream);
  const before = await saidBefore(house.store, { taskId: TASK, phase, instanceId });
  return { ...before, text: saidText(before.said) };
}

function comment(line: number, body: string): ReviewComment {
  const place = { path: 'src/greet.js', side: 'new' as const, startLine: line, endLine: line, quote: 'return name' };
  return { commentId: idFrom('comment', body), ...place, body };
}

async function asks(instanceId: string, name: string): Promise<string> {
  const question = streamOf('question', idFrom(name));
  const asked: EventData<'QuestionAsked'> = {
    taskId: TASK,
    instanceId,
    category: 'technical',
    question: name,
    options: [],
    multi: false,
    defaultAnswer: null,
    timeoutSeconds: null,
  };
  await house.run(question, questionDecider, { type: 'AskQuestion', ...asked });
  return question;
}

async function answers(question: string, text: string): Promise<void> {
  const answer = { choices: [], text };
  await house.run(question, questionDecider, { type: 'AnswerQuestion', answer, by: 'person' });
  await house.settle();
}

async function says(instanceId: string, text: string): Promise<void> {
  const messageId = idFrom('message', text);
  const command = { type: 'SendMessage' as const, messageId, text, interrupt: false };
  await house.run(streamOf('instance', instanceId), instanceDecider, command);
}

describe('the agent of a retry is told', () => {
  it('nothing when nobody said anything', async () => {
    await createdTask('develop');
    await agentStarts();
    await cancelAndRetry();
    expect(await toldNext('develop')).toEqual({ said: [], documents: [], text: '' });
  });

  it('the comments of every round, also of a review that ended before anybody decided', async () => {
    await createdTask('develop');
    await agentStarts();
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'AddComment', comment: comment(3, 'No default here.') });
    await personDecides('develop', 1, { type: 'RequestChanges', summary: 'Nearly.' });
    await agentHandsOver('develop', 2, { changes: { ...changes, headSha: 'c'.repeat(40) } });
    await personDecides('develop', 2, { type: 'AddComment', comment: comment(8, 'An empty name?') });
    await cancelAndRetry();
    const { text } = await toldNext('develop');
    expect(text).toMatch(/\(round 1\), which asked for changes:\nNearly\.\n\n- src\/greet\.js:3 — No default here\./);
    expect(text).toMatch(/\(round 2\), which was ended before .*:\n- src\/greet\.js:8 — An empty name\?\n {2}> return/);
  });

  it('why a person rejected the work, with the comments', async () => {
    await createdTask('develop');
    await agentStarts();
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'AddComment', comment: comment(3, 'A list is slow.') });
    await personDecides('develop', 1, { type: 'RejectReview', summary: 'Wrong direction: use a map.' });
    await decide({ type: 'RetryTask' });
    const { text } = await toldNext('develop');
    expect(text).toContain(
      'which rejected the work:\nWrong direction: use a map.\n\n- src/greet.js:3 — A list is slow.',
    );
  });

  it('questions with their answers, also one that was answered just before, and why a request was declined', async () => {
    await createdTask('develop');
    const first = await agentStarts();
    await answers(await asks(first, 'Which store?'), 'Postgres.');
    const dependency = streamOf('dependency', idFrom('dependency'));
    const requested = { taskId: TASK, instanceId: first, dependencyType: 'api_key' as const, name: 'THE_KEY' };
    const request = { type: 'RequestDependency' as const, ...requested, description: '', required: true };
    await house.run(dependency, dependencyDecider, { ...request, remembered: null });
    await house.run(dependency, dependencyDecider, { type: 'DeclineDependency', reason: 'Use the mock.' });
    await asks(first, 'Never answered?');
    const late = await asks(first, 'Which port?');
    // All of it is in the log before the flow looks at it.
    const answer = { choices: [], text: '5432.' };
    await house.run(late, questionDecider, { type: 'AnswerQuestion', answer, by: 'person' });
    const task = streamOf('task', TASK);
    await house.run(task, taskDecider, { type: 'CancelTask', reason: '' });
    await house.run(task, taskDecider, { type: 'RetryTask' });
    await house.settle();
    const { text } = await toldNext('develop');
    expect(text).toContain('Answer to the question "Which store?":\nPostgres.');
    expect(text).toContain('The request for THE_KEY was declined:\nUse the mock.');
    expect(text).toContain('Answer to the question "Which port?":\n5432.');
    expect(text).not.toContain('Never answered?');
  });

  it('no value of a request', async () => {
    await createdTask('develop');
    const first = await agentStarts();
    const dependency = streamOf('dependency', idFrom('dependency'));
    const requested = { taskId: TASK, instanceId: first, dependencyType: 'api_key' as const, name: 'THE_KEY' };
    const request = { type: 'RequestDependency' as const, ...requested, description: '', required: true };
    await house.run(dependency, dependencyDecider, { ...request, remembered: null });
    const provide = { type: 'ProvideDependency' as const, secretId: idFrom('secret'), remember: 'task' as const };
    await house.run(dependency, dependencyDecider, provide);
    await house.settle();
    await cancelAndRetry();
    expect((await toldNext('develop')).text).toBe('');
  });

  it('messages of people, but neither what they took back nor what the server wrote', async () => {
    await createdTask('develop');
    const first = await agentStarts();
    await agentHandsOver('develop', 1, {}); // without a commit: the server explains what is missing
    await says(first, 'Mind the tests.');
    await says(first, 'Forget the tests.');
    const messageId = idFrom('message', 'Forget the tests.');
    await house.run(streamOf('instance', first), instanceDecider, { type: 'CancelMessage', messageId });
    await cancelAndRetry();
    const { said } = await toldNext('develop');
    expect(said.map(({ text }) => text)).toEqual(['Mind the tests.']);
  });

  it('a document as a person wrote it, whatever became of its review', async () => {
    await createdTask('plan-only');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', 'draft'] });
    const own = await house.blobs.put(Buffer.from('my own plan'), { maxBytes: 1000 });
    const deliverable = { path: 'PLAN.md', blobId: own.blobId, bytes: own.bytes, sha256: own.blobId };
    await personDecides('plan', 1, { type: 'ReviseDocument', deliverable });
    await cancelAndRetry();
    const { documents, text } = await toldNext('plan');
    expect(documents).toEqual([{ path: 'PLAN.md', blobId: own.blobId }]);
    expect(text).toContain('PLAN.md was written anew by a person: that text counts.');
  });

  it('why approved work was wanted otherwise, when all of it starts over', async () => {
    await createdTask('develop');
    await agentStarts();
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'AddComment', comment: comment(3, 'Rename it.') });
    await personDecides('develop', 1, { type: 'ApproveReview', note: 'Good.', merge: null });
    await decide({ type: 'ReopenPhase', reason: 'person', detail: 'In French after all.', conflicts: [] });
    await agentHandsOver('develop', 2, { changes: { ...changes, headSha: 'c'.repeat(40) } });
    await personDecides('develop', 2, { type: 'ApproveReview', note: '', merge: null });
    await cancelAndRetry();
    const { text } = await toldNext('develop');
    expect(text).toContain('In French after all.');
    expect(text).toContain('Rename it.');
  });
});

describe('who goes on with work', () => {
  it('is not told again what led to it once it was approved', async () => {
    await createdTask('develop');
    await agentStarts();
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'AddComment', comment: comment(3, 'Rename it.') });
    await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: null });
    await decide({ type: 'ReopenPhase', reason: 'conflict', detail: '', conflicts: ['src/greet.js'] });
    expect((await toldNext('develop')).text).toBe('');
  });

  it('hears what a person said when they approved the phase before', async () => {
    await createdTask('plan-design-develop');
    await agentStarts();
    await agentHandsOver('plan', 1, { document: ['PLAN.md', '# Plan'] });
    const onPlan = { ...comment(1, 'Two steps will do.'), path: 'PLAN.md' };
    await personDecides('plan', 1, { type: 'AddComment', comment: onPlan });
    await personDecides('plan', 1, { type: 'ApproveReview', note: 'Use the existing helper.', merge: null });
    const design = (await house.last('MessageSent')).data.text;
    expect(design).toMatch(/which approved the work:\nUse the existing helper\.\n\n- PLAN\.md:1 — Two steps will do\./);
    await agentHandsOver('design', 1, { document: ['DESIGN.md', '# Design'] });
    expect((await toldNext('develop')).text).toContain('Use the existing helper.');
  });

  it('is not told twice what still waits to be delivered', async () => {
    await createdTask('develop');
    const first = await agentStarts();
    await answers(await asks(first, 'Which store?'), 'Postgres.');
    await says(first, 'Mind the tests.');
    await agentHandsOver('develop', 1, { changes });
    await personDecides('develop', 1, { type: 'RequestChanges', summary: 'Nearly.' });
    expect((await toldNext('develop')).text).toBe('');
    for (const messageId of [(await house.last('FeedbackSent')).data.messageId, idFrom('message', 'Mind the tests.')]) {
      const command = { type: 'MarkDelivered' as const, epoch: 1, messageId };
      await house.run(streamOf('instance', first), instanceDecider, command);
    }
    const { text } = await toldNext('develop');
    expect(text).toContain('Nearly.');
    expect(text).toContain('Mind the tests.');
  });
});
