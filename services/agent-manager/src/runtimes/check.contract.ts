import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckSpec } from './check.ts';
import type { Fill } from './places.ts';
import type { Runtime } from './runtime.ts';

export interface ChecksUnderTest {
  runtimeOf(): Runtime;
  /** What checks would leave behind if they left something: processes, directories, containers. */
  traces(): Promise<string>;
}

/** What every runtime promises of the checks it runs. */
export function describeChecks(name: string, { runtimeOf, traces }: ChecksUnderTest): void {
  describe('a check', () => {
    async function check(
      command: string,
      { fill = async () => undefined, signal = new AbortController().signal, ...changes }: Changes = {},
    ) {
      const checkout = await runtimeOf().places.checkoutForCheck(fill);
      const limits = { timeoutMs: 20_000, maxOutputBytes: 2_000, values: {} };
      try {
        return await runtimeOf().check({ checkoutId: checkout.id, command, ...limits, ...changes }, signal);
      } finally {
        await checkout.remove();
      }
    }

    it('says how it ended and what it printed on both streams', async () => {
      const outcome = await check('echo out; echo err >&2; exit 3');
      expect(outcome).toMatchObject({
        exitCode: 3,
        timedOut: false,
        where: name === 'docker' ? 'container' : name === 'process in a sandbox' ? 'sandbox' : 'process',
      });
      expect(runtimeOf().checksIn).toBe(outcome.where);
      expect(outcome.output.split('\n').sort()).toEqual(['', 'err', 'out']);
    });

    it('runs in the checkout, with a home of its own that is empty and takes files', async () => {
      const command = 'cat f; ls -A ~; echo x > ~/x && echo y > "$TMPDIR/y" && echo z > z && echo wrote';
      const { output } = await check(`export TMPDIR=\${TMPDIR:-/tmp}; ${command}`, {
        fill: (directory) => writeFile(join(directory, 'f'), 'from the commit'),
      });
      expect(output).toBe('from the commitwrote\n');
    });

    it('has the values people gave, exactly, and no variable of the manager', async () => {
      process.env.CODEX_CANARY_KEY = 'canary';
      onTestFinished(() => {
        delete process.env.CODEX_CANARY_KEY;
      });
      const value = `it's "$HOME" \`id\` \\ two\nlines`;
      const { output } = await check('printf %s "$GIVEN"; env', { values: { GIVEN: value } });
      expect(output.startsWith(value)).toBe(true);
      expect(output).not.toContain('canary');
    });

    it('is cut when its time is over, with what it left in the background', async () => {
      const outcome = await check('echo begun; nohup setsid sleep 300 & sleep 300', { timeoutMs: 1_500 });
      expect(outcome).toMatchObject({ exitCode: null, timedOut: true });
      expect(outcome.output).toContain('begun');
      expect(outcome.durationMs).toBeLessThan(15_000);
    });

    it('does not wait for what it left in the background, and leaves nothing of itself', async () => {
      const before = await traces();
      const outcome = await check('nohup setsid sleep 301 >/dev/null 2>&1 & echo done');
      expect(outcome).toMatchObject({ exitCode: 0, output: 'done\n' });
      expect(outcome.durationMs).toBeLessThan(15_000);
      expect(await traces()).toEqual(before);
    });

    it('keeps the end of a long output', async () => {
      const { output } = await check('seq 1 100000');
      expect(output.endsWith('99999\n100000\n')).toBe(true);
      expect(output.length).toBeLessThanOrEqual(2_000);
    });

    it('ends when nobody wants it any more', async () => {
      const given = new AbortController();
      const running = check('sleep 302', { timeoutMs: 60_000, signal: given.signal });
      setTimeout(() => given.abort(new Error('unwanted')), 1_000);
      await expect(running).rejects.toThrow('unwanted');
      expect(await traces()).not.toContain('302');
    });

    it('is no worker: nothing of it is listed', async () => {
      const running = check('sleep 2', { timeoutMs: 60_000 });
      await sleep(1_000);
      expect(await runtimeOf().list()).toEqual([]);
      await running;
    });
  });
}

interface Changes extends Partial<CheckSpec> {
  readonly fill?: Fill;
  readonly signal?: AbortSignal;
}
