import { LossCause, lossCauseOf } from '@claude-codex/contracts/causes';
import { describe, expect, it } from 'vitest';
import { blamesAgent, restartDelayMs } from './losses.ts';

const HOUR_MS = 3_600_000;

describe('an end of an agent', () => {
  it('never counts against one that had not begun, whatever ended it', () => {
    for (const cause of LossCause.options) expect(blamesAgent(cause, null)).toBe(false);
  });

  it('counts only when it is its own', () => {
    const blamed = (attachedMs: number) => LossCause.options.filter((cause) => blamesAgent(cause, attachedMs));
    expect(blamed(1_000)).toEqual(['worker_killed', 'out_of_memory', 'agent_ended']);
    // Killed from outside after an hour of work says nothing about whether it can run.
    expect(blamed(HOUR_MS)).toEqual(['out_of_memory', 'agent_ended']);
  });

  it('is followed by a start, sooner or later, at a time that can be named', () => {
    expect(restartDelayMs('server_restarted', { losses: 3, waits: 9 })).toBe(0);
    const waits = (cause: LossCause) =>
      [1, 2, 3, 4, 20].map((count) => restartDelayMs(cause, { losses: 0, waits: count }));
    expect(waits('egress_away')).toEqual([500, 1_000, 2_000, 4_000, 15_000]);
    expect(waits('start_failed')).toEqual([500, 1_000, 2_000, 4_000, 300_000]);
  });

  it.each([
    ['the server was restarted and its worker is gone', 'server_restarted'],
    ['it could not be started: nobody answers on egress.open', 'start_failed'],
    ['preflight egress: connect ENOENT', 'egress_away'],
    ['preflight resume: there is no session', 'session_missing'],
    ['out of memory (limit 2048 MiB)', 'out_of_memory'],
    ['its container was killed, or the container engine was restarted', 'worker_killed'],
    ['its processes were ended, or the machine was restarted', 'worker_killed'],
    ['ended with exit code 127', 'agent_ended'],
  ])('stored as "%s" had the cause %s', (reason, cause) => expect(lossCauseOf(reason)).toBe(cause));
});
