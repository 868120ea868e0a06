import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogView } from './log-view.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = '2026-01-01T10:11:12.000Z';

test('writes lines for people, without the control characters an agent prints', async () => {
  const path = join(folder, 'agent.log');
  const view = createLogView(path);
  const output = 'x\u001b]52;c;aGk=\u0007\u009b2J\rpwned';
  view.add({ seq: 1, at, entry: { type: 'tool_result', toolUseId: 't', isError: true, output, truncated: false } });
  view.add({ seq: 2, at, entry: { type: 'heartbeat', busy: true } });
  view.close();
  const text = await readFile(path, 'utf8');
  expect(text).toContain('10:11:12');
  expect(text).toContain('failed: x]52;c;aGk=2Jpwned');
  expect(text.split('\n')).toHaveLength(2);
});

test('shows of a prompt its first line, in signs that every monospace font has', async () => {
  const path = join(folder, 'agent.log');
  const view = createLogView(path);
  view.add({
    seq: 1,
    at,
    entry: { type: 'user_message', commandId: null, text: 'Write the plan.\n\nA page of rules.' },
  });
  view.add({ seq: 2, at, entry: { type: 'user_message', commandId: null, text: 'Go on' } });
  view.add({ seq: 3, at, entry: { type: 'tool_call', toolUseId: 't', tool: 'Bash', input: {} } });
  view.close();
  const text = await readFile(path, 'utf8');
  expect(text).toContain('› Write the plan. …\u001b[0m\n');
  expect(text).toContain('› Go on\u001b[0m\n');
  expect(text).toContain('→ Bash');
  expect(text).not.toContain('rules');
});

test('calls a turn whose model call was refused no success', async () => {
  const path = join(folder, 'agent.log');
  const view = createLogView(path);
  const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 };
  const refused = { subtype: 'success', isError: true, result: 'Prompt is too long', sessionId: 's', numTurns: 1 };
  view.add({
    seq: 1,
    at,
    entry: { type: 'turn_ended', ...refused, durationMs: 1_000, toolCalls: 2, usage },
  });
  view.close();
  expect(await readFile(path, 'utf8')).toContain('turn ended: error · 2 tool calls');
});

test('never grows beyond a few megabytes', async () => {
  const path = join(folder, 'agent.log');
  const view = createLogView(path);
  const text = 'y'.repeat(3_000);
  for (let seq = 1; seq < 3_000; seq += 1) view.add({ seq, at, entry: { type: 'assistant_text', text } });
  view.close();
  expect((await stat(path)).size).toBeLessThan(5 * 1024 * 1024);
});
