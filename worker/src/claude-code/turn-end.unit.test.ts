import type { SDKMessage, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Background, type Waited } from './background.ts';
import { type TurnEnd, watchTurnEnd } from './turn-end.ts';

const LIMITS = { agentSilentMs: 60_000, commandMs: 20_000 };
const result = { type: 'result', subtype: 'success' } as SDKResultMessage;
const init = { type: 'system', subtype: 'init' } as SDKMessage;
const running = (...tasks: [id: string, type: string][]) =>
  ({
    type: 'system',
    subtype: 'background_tasks_changed',
    tasks: tasks.map(([id, type]) => ({ task_id: id, task_type: type, description: `do ${id}` })),
  }) as SDKMessage;
const progress = (id: string) => ({ type: 'system', subtype: 'task_progress', task_id: id }) as SDKMessage;

let overs: { results: number; waited: readonly Waited[] }[];
let stopped: string[];
let background: Background;
let turnEnd: TurnEnd;

beforeEach(() => {
  vi.useFakeTimers();
  overs = [];
  stopped = [];
  background = new Background(LIMITS);
  turnEnd = watchTurnEnd(background, {
    over: (results, waited) => overs.push({ results: results.length, waited }),
    working: () => undefined,
    stop: async (id) => {
      stopped.push(id);
    },
  });
});
afterEach(() => {
  turnEnd.close();
  vi.useRealTimers();
});

function send(...messages: SDKMessage[]): void {
  for (const message of messages) {
    background.take(message);
    turnEnd.take(message);
  }
}

describe('the end of a turn', () => {
  test('is its result when nothing else runs', () => {
    send(init, result);
    expect(overs).toEqual([{ results: 1, waited: [] }]);
  });

  test('comes once, after the agent heard of what it had started', () => {
    send(init, running(['a', 'local_agent']), result);
    vi.advanceTimersByTime(4_000);
    send(running());
    vi.advanceTimersByTime(500);
    send(init);
    vi.advanceTimersByTime(10_000);
    expect(overs).toEqual([]);
    send(result);
    expect(overs).toMatchObject([
      { results: 2, waited: [{ kind: 'agent', what: 'do a', seconds: 4, cutShort: false }] },
    ]);
  });

  test('comes by itself when the agent does not hear of it', () => {
    send(init, running(['a', 'local_bash']), result, running());
    vi.advanceTimersByTime(1_000);
    expect(overs).toEqual([]);
    vi.advanceTimersByTime(2_000);
    expect(overs).toHaveLength(1);
  });

  test('does not wait for ever: a command is ended after a time, and named', () => {
    send(init, running(['server', 'local_bash']), result);
    vi.advanceTimersByTime(19_000);
    expect(stopped).toEqual([]);
    vi.advanceTimersByTime(2_000);
    expect(stopped).toEqual(['server']);
    send(running(), init, result);
    expect(overs).toMatchObject([{ waited: [{ what: 'do server', cutShort: true }] }]);
  });

  test('leaves behind what cannot be ended, and names it', () => {
    send(init, running(['server', 'local_bash']), result);
    vi.advanceTimersByTime(40_000);
    expect(overs).toMatchObject([{ waited: [{ what: 'do server', cutShort: true }] }]);
    vi.advanceTimersByTime(120_000);
    expect(overs).toHaveLength(1);
  });

  test('waits for a sub-agent as long as it shows signs of life', () => {
    send(init, running(['a', 'local_agent']), result);
    for (let minute = 0; minute < 30; minute += 1) {
      vi.advanceTimersByTime(50_000);
      send(progress('a'));
    }
    expect(stopped).toEqual([]);
    vi.advanceTimersByTime(61_000);
    expect(stopped).toEqual(['a']);
  });

  test('is put off by a message that is given meanwhile', () => {
    send(init, running(['a', 'local_bash']), result, running());
    turnEnd.begins();
    vi.advanceTimersByTime(10_000);
    expect(overs).toEqual([]);
    send(init, result);
    expect(overs).toMatchObject([{ results: 2 }]);
  });
});
