import { expect, test } from 'vitest';
import { awaitedUntil } from './hand-over.ts';
import { newRunState, noteRecord } from './run-state.ts';

const SECOND = 1_000;
const submission = { at: 0 };

function runThat(...entries: readonly (readonly [at: number, entry: Parameters<typeof noteRecord>[3]])[]) {
  const run = newRunState({
    instanceId: 'i',
    epoch: 1,
    handle: { name: 'agent-i-1', instanceId: 'i', epoch: 1, status: 'running', exit: null },
    connection: {} as Parameters<typeof newRunState>[0]['connection'],
    letGo: new AbortController().signal,
  });
  for (const [index, [at, entry]] of entries.entries()) noteRecord(run, index + 1, at, entry);
  return run;
}
const subAgent = { id: 's', kind: 'agent' as const, what: 'write sub.txt' };

test('the end of a turn is waited for a little, and long while something works', () => {
  expect(awaitedUntil(runThat(), submission)).toBe(20 * SECOND);
  expect(awaitedUntil(runThat([0, { type: 'background', running: [subAgent] }]), submission)).toBe(3_600 * SECOND);
});

test('an agent whose sub-agent took long has as much time as any other to hear of it and end its turn', () => {
  const run = runThat(
    [0, { type: 'background', running: [subAgent] }],
    [23 * SECOND, { type: 'background', running: [] }],
  );
  expect(awaitedUntil(run, submission)).toBe(43 * SECOND);
});
