import { SAMPLE } from '@claude-codex/contracts/sample';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../messages/answer.ts';
import { type MessagesRequest, readConversation } from '../messages/conversation.ts';
import { decide } from './decide.ts';

type Message = NonNullable<MessagesRequest['messages']>[number];
type Outcome = string | { error: string };

const MCP = ['report_progress', 'complete_phase', 'ask_question', 'request_dependency', 'answer_thread'];
const TOOLS = ['Bash', 'Read', 'Edit', 'Write', ...MCP.map((tool) => `mcp__codex__${tool}`)].map((name) => ({ name }));

/**
 * Plays Claude Code: carries out what the model says until it ends its turn, or carries out `limit` answers and asks
 * for one more. Returns the answers.
 */
function play(messages: Message[], outcome: (id: string) => Outcome = () => 'ok', limit = 60): Answer[] {
  const answers: Answer[] = [];
  for (;;) {
    const answer = decide(readConversation({ messages, tools: TOOLS }));
    answers.push(answer);
    if (answer.calls.length === 0 || answers.length > limit) return answers;
    messages.push({ role: 'assistant', content: answer.calls.map((call) => ({ type: 'tool_use', ...call })) });
    const results = answer.calls.map((call) => {
      const result = outcome(call.id);
      return typeof result === 'string'
        ? { type: 'tool_result', tool_use_id: call.id, content: result }
        : {
            type: 'tool_result',
            tool_use_id: call.id,
            is_error: true,
            content: [{ type: 'text', text: result.error }],
          };
    });
    messages.push({ role: 'user', content: results });
  }
}

const say = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] });
const phase = (name: string, title: string = SAMPLE.suggestedTask.title) =>
  say(`Phase: ${name} (round 1)\nTask #7: ${title}\n\n${SAMPLE.suggestedTask.description}\n\nDeliverables: none`);
const names = (answers: Answer[]) =>
  answers.flatMap((answer) => answer.calls.map((call) => call.name.replace('mcp__codex__', '')));
const inputs = (answers: Answer[], tool: string) =>
  answers.flatMap((answer) => answer.calls.filter((call) => call.name.endsWith(tool)).map((call) => call.input));

describe('the scripted model', () => {
  test('plans, designs and develops the sample task, one conversation after another', () => {
    const messages = [phase('plan')];
    expect(inputs(play(messages), 'complete_phase')).toMatchObject([{ phase: 'plan', deliverables: ['PLAN.md'] }]);
    messages.push(phase('design'));
    expect(inputs(play(messages), 'complete_phase')).toMatchObject([{ phase: 'design', deliverables: ['DESIGN.md'] }]);
    messages.push(phase('develop'));
    const develop = play(messages, (id) => (id.includes('question') ? '{"choices":["Formal"]}' : 'ok'));
    expect(names(develop).filter((name) => !['Read', 'Write', 'Edit', 'Bash'].includes(name))).toEqual([
      'report_progress',
      'ask_question',
      'report_progress',
      'request_dependency',
      'complete_phase',
    ]);
    expect(JSON.stringify(inputs(develop, 'Edit'))).toContain('Good morning');
  });

  test('every tool use id is used once, over phases and rounds', () => {
    const messages = [phase('plan')];
    play(messages);
    for (const round of [1, 2]) {
      messages.push(say(`Changes were requested (round ${round}).\n\nHm.\n\n- PLAN.md:3 — why?\n  > # Plan`));
      play(messages);
    }
    messages.push(phase('develop'));
    play(messages);
    messages.push(say('Changes were requested (round 1).\n\n- src/greet.js:8 — and an empty name?'));
    const rework = play(messages);
    expect(rework[0]?.text).toContain('> src/greet.js:8 — and an empty name?');
    expect(inputs(rework, 'Write')).toMatchObject([{ file_path: 'test/empty-name.test.js' }]);
    expect(inputs(rework, 'complete_phase')).toMatchObject([{ phase: 'develop' }]);
    const ids = messages.flatMap(({ role, content }) =>
      role === 'assistant' && typeof content !== 'string' ? content.map((block) => block.id) : [],
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('answers each thread of a review once, and repeats its comment without the id', () => {
    const messages = [phase('develop')];
    play(messages);
    const threads = ['01jd0000000000000000000001', '01jd0000000000000000000002'];
    const [first, second] = threads.map((id) => `- [thread ${id}] src/greet.js:8 — and an empty name?`);
    messages.push(say(`Changes were requested (round 1).\n\n${first}\n\nStill open:\n\n${second}\n\n${first}`));
    const rework = play(messages);
    expect(rework[0]?.text).toContain('> src/greet.js:8 — and an empty name?');
    expect(inputs(rework, 'answer_thread')).toMatchObject(threads.map((thread) => ({ thread, verdict: 'done' })));
  });

  test('goes on where it was after an interruption, whatever was cut off', () => {
    const answers = play([phase('develop')]);
    const whole = names(answers);
    for (let cut = 1; cut < answers.length; cut += 1) {
      const messages = [phase('develop')];
      const before = play(messages, undefined, cut - 1);
      messages.push(say('You were interrupted.\n\nReason: the server was restarted. Go on.'));
      const after = play(messages);
      const repeated = before.at(-1)?.calls.map((call) => call.name.replace('mcp__codex__', '')) ?? [];
      expect([...names(before).slice(0, -repeated.length), ...names(after)]).toEqual(whole);
    }
  });

  test('takes an answer that comes as a message, and a review that comes with an interruption', () => {
    const messages = [phase('develop')];
    play(messages, (id) => (id.includes('question') ? { error: 'interrupted' } : 'ok'), 3);
    messages.push(say('You were interrupted.\n\nYour question was answered: Formal'));
    const rest = play(messages);
    expect(names(rest)).not.toContain('ask_question');
    expect(JSON.stringify(inputs(rest, 'Edit'))).toContain('Good morning');
    messages.push(
      say('You were interrupted.\n\nReason: restart.\n\nChanges were requested (round 2).\n\n- src/greet.js:1 — hm'),
    );
    expect(names(play(messages))).toContain('complete_phase');
  });

  test('ends its turn when nobody answers, and goes on with the answer that comes as a message', () => {
    const messages = [phase('develop')];
    const nobody = 'Nobody has answered yet. End your turn now; the answer will arrive as a message.';
    const waiting = (id: string) => (/question|key_/.test(id) ? nobody : 'ok');
    expect(names(play(messages, waiting)).at(-1)).toBe('ask_question');
    messages.push(say('Are you still there?'));
    expect(names(play(messages, waiting))).toEqual(['ask_question']);
    messages.push(say('Your question was answered.\n\nThe answer is: Formal'));
    expect(names(play(messages, waiting)).at(-1)).toBe('request_dependency');
    messages.push(say('GREETING_API_KEY is available now.'));
    const rest = names(play(messages, waiting));
    expect([rest[0], rest.at(-1)]).toEqual(['Bash', 'complete_phase']);
  });

  test('hands over again when a hand-over was refused or forgotten, once for each time', () => {
    const messages = [phase('plan')];
    play(messages);
    for (const words of [
      'The hand-over was not accepted. Put that right and call complete_phase again.',
      'If finished, call complete_phase with phase "plan".',
    ]) {
      messages.push(say(words));
      expect(names(play(messages))).toEqual(['Bash', 'complete_phase']);
    }
    messages.push(say('Thank you!'));
    expect(names(play(messages))).toEqual([]);
  });

  test('ends its turn when every call fails', () => {
    const answers = play([phase('develop')], () => ({ error: 'no' }), 200);
    expect(answers.at(-1)?.calls).toEqual([]);
  });

  test('says plainly that it is a script when the task is another one', () => {
    const answers = play([phase('develop', 'Port it to COBOL')]);
    expect(answers[0]?.text).toMatch(/scripted demo model/i);
    expect(inputs(answers, 'Write')).toMatchObject([{ file_path: 'NOTES.md' }]);
    expect(inputs(answers, 'complete_phase')).toMatchObject([{ phase: 'develop' }]);
    expect(names(play([say('Do something nice')]))).toEqual(['Bash', 'report_progress', 'Write']);
  });

  test('gives a tool only what its schema knows, and options in its shape', () => {
    const properties = { question: {}, options: { type: 'array', items: { type: 'string' } } };
    const tools = TOOLS.map((tool) =>
      tool.name.endsWith('ask_question') ? { ...tool, input_schema: { properties } } : tool,
    );
    const messages = [phase('develop')];
    play(messages, undefined, 2);
    const answer = decide(readConversation({ messages, tools }));
    expect(answer.calls[0]?.input).toEqual({ question: expect.any(String), options: ['Friendly', 'Formal'] });
  });

  test('answers a request without tools with a few words', () => {
    expect(decide(readConversation({ messages: [phase('plan')] }))).toEqual({ text: 'Scripted demo model', calls: [] });
  });
});
