import type { TaskState } from '@claude-codex/domain';
import { expect, it } from 'vitest';
import { type Asked, type IssueNoteParts, issueNoteOf } from './issue-note.ts';

const LINK = '[task 1](https://codex.example.org/tasks/t)';
const NOTHING: IssueNoteParts = { link: LINK, asked: [], offered: null, takesCommands: true };
const OFFERED = { offered: { number: 7, isOpen: true } };
const REOPENED = { offered: { number: 7, isOpen: false } };

const inStatus = (status: string) => ({ status, phases: [] }) as unknown as TaskState;
const inPhase = (...statuses: string[]) =>
  ({ status: 'running', phases: statuses.map((status) => ({ status })) }) as unknown as TaskState;
const asked = (more: Partial<Asked> = {}): Asked => ({
  ...{ taskId: 't', instanceId: 'i', category: 'technical', question: 'Which *one*?\nSay it.' },
  ...{ options: [{ label: 'The <first>', description: '' }], multi: false, defaultAnswer: null, timeoutSeconds: null },
  ...more,
});

it.each<[string, TaskState, Partial<IssueNoteParts>, RegExp]>([
  ['waits to start', inStatus('queued'), {}, /^\*\*Waits to start.*\[task 1\]/],
  ['is at work', inPhase('running'), {}, /^\*\*At work.*\[task 1\]/],
  ['is in review', inPhase('approved', 'in_review'), {}, /^\*\*In review/],
  ['is offered', inPhase('approved'), OFFERED, /^\*\*Pull request #7\*\*/],
  ['went back to the agent', inPhase('rework'), REOPENED, /^\*\*At work.*#7 gets what comes of it/],
  ['used up its rounds', inPhase('exhausted'), {}, /^\*\*Stopped.*decides/],
  ['is paused', inStatus('paused'), OFFERED, /^\*\*Paused.*#7/],
  ['failed', inStatus('failed'), {}, /^\*\*Failed/],
  ['was cancelled', inStatus('cancelled'), {}, /^\*\*Cancelled/],
  ['is merged', inStatus('completed'), OFFERED, /^\*\*Merged.*#7/],
  ['is done without a change', inStatus('completed'), {}, /^\*\*Done/],
])('of a task that %s', (_what, task, parts, words) =>
  expect(issueNoteOf(task, { ...NOTHING, ...parts })).toMatch(words),
);

it.each(['none', 'draft', 'deleted'])('says nothing of a task that is %s', (status) =>
  expect(issueNoteOf(inStatus(status), NOTHING)).toBeNull(),
);

it('asks what the agent asks, in words that mean nothing to Markdown, with numbers to answer by', () => {
  const note = issueNoteOf(inPhase('running'), { ...NOTHING, asked: [asked()] });
  expect(note).toBe(
    [
      '**Asks.**',
      '> Which \\*one\\*?\n> Say it.',
      '1. The \\<first\\>',
      `Answer in ${LINK}, or here: \`/codex answer …\` or the number of an option.`,
    ].join('\n\n'),
  );
});

it.each<[string, Partial<IssueNoteParts>]>([
  ['two questions wait', { asked: [asked(), asked()] }],
  ['no commands are taken', { asked: [asked()], takesCommands: false }],
  ['it is about what an agent may do', { asked: [asked({ category: 'permission' })] }],
])('offers no answer there when %s', (_when, parts) =>
  expect(issueNoteOf(inPhase('running'), { ...NOTHING, ...parts })).toMatch(/\nAnswer in \[task 1\][^,]*\.$/),
);
