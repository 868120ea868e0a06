import type { HoldCause } from '@claude-codex/contracts';
import { STALLED_MS } from '@claude-codex/domain';
import { beforeEach, expect, it } from 'vitest';
import { holdBack } from './hold-back.ts';
import { TASK, taskAtWork } from './task-at-work.fixture.ts';

let at: Awaited<ReturnType<typeof taskAtWork>>;
beforeEach(async () => {
  at = await taskAtWork({ isStarted: false });
});

async function hold(cause: HoldCause, detail = 'it is away'): Promise<void> {
  await holdBack(at, TASK, { cause, detail });
  at.wait(1_000);
}

async function said(): Promise<string[]> {
  const events = (await at.events('TaskHeldBack')) as { data: { cause: HoldCause; needsPerson: boolean } }[];
  return events.map(({ data }) => (data.needsPerson ? `${data.cause}!` : data.cause));
}

it('says a cause once, and again when another one came between', async () => {
  for (const cause of ['no_room', 'no_room', 'egress_away', 'no_room', 'no_room'] as const) await hold(cause);
  expect(await said()).toEqual(['no_room', 'egress_away', 'no_room']);
});

it('asks for a person once something of ours is away for long, also the second time in one standstill', async () => {
  const away = async () => {
    await hold('egress_away');
    at.wait(STALLED_MS);
    await hold('egress_away');
  };
  await away();
  await hold('no_room');
  await away();
  expect(await said()).toEqual(['egress_away', 'egress_away!', 'no_room', 'egress_away', 'egress_away!']);
});

it('says other words about the same cause, not with every pass, and calls nobody because of no room', async () => {
  await hold('no_room', 'three are before it');
  await hold('no_room', 'two are before it');
  expect(await said()).toHaveLength(1);
  at.wait(10 * STALLED_MS);
  await hold('no_room', 'one is before it');
  expect(await said()).toEqual(['no_room', 'no_room']);
  expect((await at.events('TaskHeldBack')).at(-1)?.data).toMatchObject({ detail: 'one is before it' });
});

it('says the words of two hosts by turns less and less often, however long both stand still', async () => {
  const night = 8 * 3_600_000;
  for (let waited = 0; waited < night; waited += 30_000) {
    for (const host of ['one', 'two']) await holdBack(at, TASK, { cause: 'no_room', detail: `host ${host} is full.` });
    at.wait(30_000);
  }
  // Ten minutes apart in the end.
  expect((await said()).length).toBeLessThan(night / 600_000 + 10);
});
