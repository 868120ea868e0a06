import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { runProgram } from './run.ts';

const options = { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' }, timeoutMs: 10_000, maxOutputBytes: 1_000 };

test('gives exit code and output of both streams', async () => {
  const result = await runProgram('sh', ['-c', 'echo out; echo err >&2; exit 3'], options);
  expect(result).toMatchObject({ exitCode: 3, timedOut: false });
  expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
});

test('ends the whole group when the time is over', async () => {
  const result = await runProgram('sh', ['-c', 'sleep 60 & echo $!; sleep 60'], { ...options, timeoutMs: 300 });
  expect(result).toMatchObject({ exitCode: null, timedOut: true });
  const child = Number(result.output.trim());
  await expect.poll(() => isRunning(child)).toBe(false);
});

test('does not wait for what was left in the background, and ends it', async () => {
  const result = await runProgram('sh', ['-c', 'sleep 60 & echo $!'], options);
  expect(result).toMatchObject({ exitCode: 0, timedOut: false });
  expect(result.durationMs).toBeLessThan(5_000);
  await expect.poll(() => isRunning(Number(result.output.trim()))).toBe(false);
});

test('keeps the end of a long output', async () => {
  const { output } = await runProgram('sh', ['-c', 'seq 1 100000'], options);
  expect(output.endsWith('99999\n100000\n')).toBe(true);
  expect(output.length).toBeLessThan(200_000);
});

test('says when there is no such program', async () => {
  await expect(runProgram('no-such-program-here', [], options)).rejects.toThrow(/ENOENT/);
});

/** A zombie has ended; who reaps it is a matter of the machine. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && !/\) Z /.test(stat);
}
