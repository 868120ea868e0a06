import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from '../instances/house.fixture.ts';

afterEach(closeHouses);

const work = 'date +%N >> work.txt; git add -A; git commit -qm Work';

// Three agents one after the other: minutes on a busy machine, and how long it takes says nothing.
describe('two managers', { timeout: 420_000 }, () => {
  it('share the queue without starting anything twice, and one goes on with what the other left', async () => {
    const house = await openHouse((step) =>
      step < 4 ? bashAnswer(step, `sleep 2; ${work}`) : textAnswer('=== PHASE develop COMPLETE ==='),
    );
    await house.startManager('second', 1);
    for (let count = 0; count < 3; count += 1) await house.createOne();
    const starts = async () => (await house.events()).filter((event) => event.type === 'InstanceStarting');
    await waitFor('both to work', async () => new Set((await starts()).map(({ data }) => data.managerId)).size === 2, {
      timeoutMs: 60_000,
    });

    // Each had room for one; the third waits in the queue both share.
    expect(await starts()).toHaveLength(2);
    await house.manager.stop();
    await waitFor('every task to be handed over', async () => (await house.count('ReviewCreated')) === 3, {
      timeoutMs: 300_000,
    });
    const started = await starts();
    expect(started.filter(({ data }) => data.epoch === 1)).toHaveLength(3);
    // The worker of the one that left was adopted, not started again.
    expect((await house.events()).filter(({ type }) => type === 'InstanceLost')).toEqual([]);
    expect(started).toHaveLength(3);
  });
});
