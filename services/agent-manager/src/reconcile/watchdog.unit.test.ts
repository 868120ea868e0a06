import { silentLog } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { taskAtWork } from './task-at-work.fixture.ts';
import { createWatchdog } from './watchdog.ts';

const MINUTE_MS = 60_000;

it('a task that nobody goes on with for two minutes becomes an attention item with its cause, once', async () => {
  const at = await taskAtWork({ isStarted: true });
  const sign = { at: at.clock.now(), busy: true, concludes: false };
  const run = { begun: () => true, sign: () => sign };
  const watchdog = createWatchdog({ ...at, log: silentLog }, { run: () => run as never });
  const held = () => at.events('TaskHeldBack');
  async function lookFor(minutes: number) {
    for (let half = 0; half < 2 * minutes; half += 1) {
      await watchdog.look();
      at.wait(MINUTE_MS / 2);
    }
  }

  for (let minute = 0; minute < 10; minute += 1) {
    sign.at = at.clock.now();
    await lookFor(1);
  }
  expect(await held()).toEqual([]);

  // Its turn is over, and nothing is made of it: the refused look of a full disk, as it was.
  sign.busy = false;
  sign.at = at.clock.now();
  await lookFor(1);
  expect(await held()).toEqual([]);
  await lookFor(5);
  expect((await held()).map(({ data }) => data)).toEqual([
    {
      cause: 'no_next_step',
      detail: 'nobody goes on with it. its turn is over, and nothing was made of it.',
      needsPerson: true,
    },
  ]);
});
