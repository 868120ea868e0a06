import { setTimeout as sleep } from 'node:timers/promises';
import { idOf, type Priority } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

const commit = 'date +%N >> work.txt; git add -A; git commit -qm Work';
const DONE = '=== PHASE develop COMPLETE ===';

type House = Awaited<ReturnType<typeof openHouse>>;

/** The tasks whose agents were begun, in that order. */
async function begun(house: House): Promise<string[]> {
  const events = await house.events();
  const taskOf = new Map(
    events.flatMap((event) => (event.type === 'InstanceQueued' ? [[event.stream, event.data.taskId] as const] : [])),
  );
  return events.flatMap((event) => (event.type === 'InstanceStarting' ? [taskOf.get(event.stream) ?? ''] : []));
}

async function heldBack(house: House, taskId: string) {
  const held = (await house.events()).filter((event) => event.type === 'TaskHeldBack');
  return held.filter(({ stream }) => idOf(stream) === taskId).map(({ data }) => data);
}

describe('work that waits for a place', { timeout: 180_000 }, () => {
  it('is begun by priority, then age, and says meanwhile why it waits', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, `sleep 3; ${commit}`) : textAnswer(DONE)));
    const create = async (priority: Priority) => house.createOne({ priority });
    const first = await create('normal');
    await house.until('InstanceAttached');
    const low = await create('low');
    const normal = await create('normal');
    const urgent = await create('urgent');
    await waitFor('all to be begun', async () => (await begun(house)).length === 4, { timeoutMs: 120_000 });
    expect(await begun(house)).toEqual([first, urgent, normal, low]);
    expect((await heldBack(house, low))[0]).toEqual({
      cause: 'no_room',
      detail: 'as many agents work as may at once.',
      needsPerson: false,
    });
  });

  it('names the agents that wait for people and keep every place', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : textAnswer(DONE)));
    // One may work at once, so four may be there.
    for (let count = 0; count < 4; count += 1) await house.createOne();
    await waitFor('four reviews', async () => (await house.count('ReviewCreated')) === 4, { timeoutMs: 120_000 });
    const fifth = await house.createOne();
    await waitFor('the fifth to say what it waits for', async () => (await heldBack(house, fifth)).length > 0);
    expect((await heldBack(house, fifth))[0]).toEqual({
      cause: 'places_kept',
      detail: '4 agents wait for people and keep their place: work-1-a1, work-2-a1, work-3-a1, work-4-a1.',
      needsPerson: false,
    });
    await sleep(3_000);
    expect(await heldBack(house, fifth)).toHaveLength(1);
  });
});
