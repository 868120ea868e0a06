import type { JournalEntry, QuestionView } from '@claude-codex/contracts';
import { NO_USAGE } from '@claude-codex/contracts/live/task-page';
import { describe, expect, test } from 'vitest';
import type { TaskEvent } from '#lib/live/task.svelte.ts';
import type { LoggedItem } from '#lib/live/task-log.svelte.ts';
import { type Entry, foldActivity, type Sources, type Work } from './fold.ts';
import { subAgentWords } from './strings.ts';
import { summarise, toolsIn } from './work-summary.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, 0, second)).toISOString();
let seq = 0;
const record = (second: number, entry: JournalEntry, instanceId = 'i1'): LoggedItem => ({
  instanceId,
  epoch: 1,
  record: { seq: ++seq, at: at(second), entry },
});
const said = (second: number, text: string) => record(second, { type: 'assistant_text', text });
const call = (second: number, id: string, tool = 'Bash', input: unknown = { command: 'ls' }) =>
  record(second, { type: 'tool_call', toolUseId: id, tool, input });
const result = (second: number, id: string, isError = false) =>
  record(second, { type: 'tool_result', toolUseId: id, isError, output: 'out', truncated: false });
const ended = (second: number, isError = false) =>
  record(second, {
    type: 'turn_ended',
    subtype: 'success',
    isError,
    result: '',
    sessionId: 's',
    durationMs: 1,
    numTurns: 1,
    toolCalls: 0,
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 },
  });
const question = (second: number): QuestionView => ({
  id: 'q',
  taskId: 't',
  instanceId: 'i1',
  category: 'business',
  question: 'Which?',
  options: [],
  multi: false,
  defaultAnswer: null,
  timeoutSeconds: null,
  status: 'open',
  answer: null,
  answeredBy: null,
  delivered: false,
  askedAt: at(second),
  answeredAt: null,
});
const event = (second: number, type: string): TaskEvent => ({
  position: second,
  type,
  sentence: type,
  at: at(second),
  stream: 'task-x',
  data: {},
});

function fold(
  log: LoggedItem[],
  rest: Partial<Pick<Sources, 'events' | 'questions' | 'from' | 'instances'>> = {},
): Entry[] {
  return foldActivity({
    log,
    events: rest.events ?? [],
    questions: rest.questions ?? [],
    dependencies: [],
    proposals: [],
    reviews: [],
    instances: rest.instances ?? [],
    from: rest.from ?? null,
  });
}
const works = (entries: Entry[]): Work[] => entries.filter((entry) => entry.kind === 'work');

describe('a turn', () => {
  test('is one run of work with its calls and their results', () => {
    const [work] = works(
      fold([call(1, 'a'), result(2, 'a'), call(3, 'b'), result(4, 'b', true), said(5, 'Done.'), ended(6)]),
    );
    expect(work).toBeDefined();
    if (work === undefined) return;
    expect(summarise(work)).toEqual({ milliseconds: 5000, tools: 2, files: 0, failedTools: 1, answer: 'Done.' });
    expect(work.ended).toBe(true);
  });

  test('holds what a sub-agent did under the call that started it, with its cost', () => {
    const inside = (second: number, entry: JournalEntry) => record(second, { ...entry, within: 'a' } as JournalEntry);
    const [work] = works(
      fold([
        call(1, 'a', 'Agent', { description: 'look' }),
        result(2, 'a'),
        said(3, 'I wait for it.'),
        inside(4, { type: 'tool_call', toolUseId: 'x', tool: 'Write', input: { file_path: '/x.js' } }),
        inside(5, { type: 'tool_result', toolUseId: 'x', isError: true, output: 'no', truncated: false }),
        inside(6, { type: 'assistant_text', text: 'It went wrong.' }),
        record(7, {
          type: 'subagent_ended',
          toolUseId: 'a',
          status: 'completed',
          tokens: 7600,
          toolCalls: 1,
          durationMs: 4000,
        }),
        said(8, 'Done.'),
        ended(9),
      ]),
    );
    expect(work?.steps.map(({ kind }) => kind)).toEqual(['tool', 'text', 'text']);
    const [agent] = work?.steps ?? [];
    expect(agent).toMatchObject({ inside: [{ kind: 'tool', result: { isError: true } }, { text: 'It went wrong.' }] });
    expect(agent?.kind === 'tool' ? subAgentWords(agent.subAgent, agent.costUsd) : '').toBe(
      '1 tool · 7.6k tokens · 4 s',
    );
    expect(work && summarise(work)).toMatchObject({ tools: 2, files: 1, failedTools: 1, answer: 'Done.' });
  });

  test('says what each sub-agent costs in money, one that is woken again only where it began', () => {
    const started = (second: number, toolUseId: string, subAgentId: string) =>
      record(second, { type: 'subagent_started', toolUseId, subAgentId });
    const log = [
      call(1, 'a', 'Agent', {}),
      started(2, 'a', 'one'),
      call(3, 'b', 'Agent', {}),
      started(4, 'b', 'two'),
      call(5, 'c', 'SendMessage', {}),
      started(6, 'c', 'one'),
      call(7, 'd', 'Agent', {}),
      started(8, 'd', 'before it was counted'),
    ];
    const costs = (usage: { subAgents?: Record<string, number> }) =>
      works(fold(log, { instances: [{ id: 'i1', usage: { ...NO_USAGE, ...usage } }] }))
        .flatMap(({ steps }) => toolsIn(steps))
        .map(({ subAgent, costUsd }) => subAgentWords(subAgent, costUsd));
    expect(costs({ subAgents: { one: 0.12, two: 0.3 } })).toEqual(['$0.12', '$0.30', '', '']);
    expect(costs({})).toEqual(['', '', '', '']);
  });

  test('of a sub-agent whose beginning is not read yet stands by itself', () => {
    const [work] = works(fold([record(4, { type: 'assistant_text', text: 'hm', within: 'unknown' })]));
    expect(work?.steps).toMatchObject([{ text: 'hm' }]);
  });

  test('that goes on is not ended', () => expect(works(fold([call(1, 'a')]))[0]?.ended).toBe(false));

  test('counts a file once, however often it was edited', () => {
    const edit = (second: number, id: string, path: string) => call(second, id, 'Edit', { file_path: path });
    const [work] = works(fold([edit(1, 'a', '/x.js'), edit(2, 'b', '/x.js'), edit(3, 'c', '/y.js')]));
    expect(work && summarise(work).files).toBe(2);
  });
});

describe('an outage of the model', () => {
  const retry = (second: number, attempt: number, status = '502') =>
    record(second, { type: 'warning', code: 'MODEL_RETRY', detail: `try ${attempt} of 10 failed with ${status}` });
  const limited = (second: number, attempt: number) => {
    const detail = `try ${attempt} of 10 failed with 529`;
    return record(second, { type: 'rate_limited', status: 'retrying', resetsAt: null, detail });
  };
  const notes = (log: LoggedItem[]) =>
    works(fold(log)).flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'note' ? [step.text] : [])));

  test('is one sentence, however often it was tried, under the key of its first line', () => {
    const tries = [retry(1, 1), retry(2, 2), retry(4, 3), retry(8, 4), retry(16, 5, 'no answer')];
    expect(notes(tries)).toEqual(['The model did not answer for 15 s: 5 tries failed, the last with no answer']);
    const [once, later] = [fold(tries.slice(0, 1)), fold(tries)].map((entries) => works(entries)[0]?.steps[0]?.key);
    expect(later).toBe(once);
  });

  test('is another one after the agent went on, and a full provider is none', () => {
    expect(notes([retry(1, 1), retry(2, 2), said(3, 'On I go'), retry(9, 1), limited(10, 1), limited(12, 2)])).toEqual([
      'The model did not answer for 1 s: 2 tries failed, the last with 502',
      'The model did not answer: a try failed with 502',
      'The model provider had no room for 2 s: 2 tries failed, the last with 529',
    ]);
  });

  test('a warning of another kind stands for itself', () => {
    const lost = record(2, { type: 'warning', code: 'RECORD_LOST', detail: 'This record could not be read.' });
    expect(notes([retry(1, 1), lost, lost])).toHaveLength(3);
  });
});

describe('in order of time', () => {
  test('a question stands between the work before and after it', () => {
    const entries = fold([call(1, 'a'), result(9, 'a'), said(10, 'Then so.')], { questions: [question(5)] });
    expect(entries.map((entry) => entry.kind)).toEqual(['work', 'question', 'work']);
  });

  test('a result that comes after the question still belongs to its call', () => {
    const [work] = works(fold([call(1, 'ask'), result(9, 'ask')], { questions: [question(5)] }));
    expect(work?.steps[0]).toMatchObject({ kind: 'tool', result: { output: 'out' } });
  });

  test('events of consequence are lines, the others are left to their own tab', () => {
    const entries = fold([said(3, 'hi')], {
      events: [event(1, 'AttemptStarted'), event(2, 'ModelCallSettled'), event(9, 'TaskCompleted')],
    });
    expect(entries.map((entry) => (entry.kind === 'fact' ? entry.event.type : entry.kind))).toEqual([
      'AttemptStarted',
      'work',
      'TaskCompleted',
    ]);
  });

  test('agents at the same time keep their own work', () => {
    const other = record(2, { type: 'assistant_text', text: 'me too' }, 'i2');
    const entries = works(fold([said(1, 'one'), other, said(3, 'more')]));
    expect(entries.map((work) => [work.instanceId, work.steps.length])).toEqual([
      ['i1', 2],
      ['i2', 1],
    ]);
  });
});

test('nothing is shown of before the lines that were read', () => {
  const entries = fold([said(1, 'another agent'), said(4, 'here')], {
    events: [event(2, 'AttemptStarted'), event(5, 'TaskCompleted')],
    from: at(3),
  });
  expect(entries.map(({ kind }) => kind)).toEqual(['work', 'fact']);
});

test('every entry has a key of its own', () => {
  const entries = fold([call(1, 'a'), ended(2), said(3, 'x'), ended(4)], {
    events: [event(1, 'AttemptStarted')],
    questions: [question(2)],
  });
  expect(new Set(entries.map((entry) => entry.key)).size).toBe(entries.length);
});

test('a session begins before its first step, although the fact of it is written later', () => {
  const started = record(1, { type: 'session_started', sessionId: 's', model: 'm', tools: [], resumed: false });
  const attached = { ...event(4, 'InstanceAttached'), stream: 'instance-i1', data: { epoch: 1 } };
  const entries = fold([started, call(2, 'c'), result(3, 'c')], { events: [attached] });
  expect(entries.map(({ kind }) => kind)).toEqual(['fact', 'work']);
});
