import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCensus } from './census.ts';

const MINE = 'agent-mine-1';
const LATER = 1_000;

describe('the census of processes', () => {
  let proc: string;
  let time: number;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'codex-census-'));
    time = 0;
  });
  afterEach(() => rmSync(proc, { recursive: true, force: true }));

  /** 10 pages and 50 clock ticks each. */
  function run(pid: number, { marker = '', group = 1, startTime = 7 } = {}): void {
    mkdirSync(join(proc, `${pid}`), { recursive: true });
    const fields = ['S', 1, group, ...Array(8).fill(0), 30, 20, ...Array(6).fill(0), startTime, 0, 10];
    writeFileSync(join(proc, `${pid}`, 'stat'), `${pid} (a (b) c) ${fields.join(' ')}`);
    writeFileSync(join(proc, `${pid}`, 'environ'), `PATH=/bin\0${marker === '' ? '' : `CODEX_WORKER=${marker}\0`}`);
  }
  const end = (pid: number) => rmSync(join(proc, `${pid}`), { recursive: true });
  function census() {
    const { familyOf } = createCensus(proc, () => time);
    return async (marker = MINE, group = 99) => {
      time += LATER;
      return (await familyOf(marker, group)).map(({ pid }) => pid).sort((a, b) => a - b);
    };
  }

  it('finds whoever carries the marker or is in the group, with memory and processor time', async () => {
    run(10, { marker: MINE });
    run(11, { group: 99 });
    run(12, { marker: 'agent-other-1' });
    const { familyOf } = createCensus(proc);
    expect(await familyOf(MINE, 99)).toEqual([
      { pid: 10, memoryBytes: 40_960, cpuMs: 500 },
      { pid: 11, memoryBytes: 40_960, cpuMs: 500 },
    ]);
    expect(await familyOf('agent-other-1', 98)).toMatchObject([{ pid: 12 }]);
  });

  it('keeps a process that hides its environment, and sees one that gets the marker after its birth', async () => {
    run(10, { marker: MINE });
    run(11);
    const family = census();
    expect(await family()).toEqual([10]);
    run(10);
    run(11, { marker: MINE });
    expect(await family()).toEqual([10, 11]);
  });

  it('forgets who ended, and knows a number that was given to another process', async () => {
    run(10, { marker: MINE });
    run(11);
    const family = census();
    expect(await family()).toEqual([10]);
    end(10);
    expect(await family()).toEqual([]);
    run(10, { startTime: 8 });
    expect(await family()).toEqual([]);
    run(11, { marker: MINE, startTime: 9 });
    const looks: number[][] = [];
    for (let look = 0; look < 12; look += 1) looks.push(await family());
    expect(looks.at(-1)).toEqual([11]);
  });

  it('sees a worker that was started after others asked', async () => {
    run(10, { marker: 'agent-other-1' });
    const { familyOf } = createCensus(proc, () => time);
    expect(await familyOf('agent-other-1', 98)).toHaveLength(1);
    run(11, { marker: MINE });
    time += 1;
    expect(await familyOf(MINE, 99)).toMatchObject([{ pid: 11 }]);
  });

  it('reads nothing of a stranger most of the time, and everything anew for a group it did not know', async () => {
    run(11, { group: 50 });
    const family = census();
    await family();
    await family();
    // What cannot be read cannot be found: it was not looked at.
    run(11, { marker: MINE, group: 50 });
    expect(await family()).toEqual([]);
    expect(await family(MINE, 50)).toEqual([11]);
  });
});
