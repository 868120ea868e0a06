import { describeWith, waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { closeHouses, openHouse } from '../instances/house.fixture.ts';
import { agentImage, removeContainers } from '../runtimes/docker/agent-image.fixture.ts';

afterEach(closeHouses);

const work = 'date +%N >> work.txt; git add -A; git commit -qm Work';
type House = Awaited<ReturnType<typeof openHouse>>;

const openBusyHouse = (runtime: 'process' | 'docker') =>
  openHouse(
    (step) => (step < 4 ? bashAnswer(step, `sleep 1; ${work}`) : textAnswer('=== PHASE develop COMPLETE ===')),
    { runtime },
  );

const named = async (house: House, type: string) => (await house.events()).filter((event) => event.type === type);

/** Two managers with room for one each, and a third task in the queue they share. Gives the agent of the first one. */
async function bothAtWork(house: House, as: 'InstanceStarting' | 'InstanceAttached'): Promise<string> {
  await house.startManager('second', 1);
  for (let count = 0; count < 3; count += 1) await house.createOne();
  await waitFor('both to work', async () => (await house.count(as)) === 2, { timeoutMs: 60_000 });
  const starts = (await house.events()).filter((event) => event.type === 'InstanceStarting');
  expect(starts.map(({ data }) => data.managerId).sort()).toEqual(['first', 'second']);
  return starts.find(({ data }) => data.managerId === 'first')?.stream ?? '';
}

const allHandedOver = (house: House) =>
  waitFor('every task to be handed over', async () => (await house.count('ReviewCreated')) === 3, {
    timeoutMs: 180_000,
  });

// Three agents one after the other: minutes on a busy machine, and how long it takes says nothing.
describe('two managers whose agents are processes', { timeout: 280_000 }, () => {
  it('one that stops ends its agent, and the other goes on with it and with the queue', async () => {
    const house = await openBusyHouse('process');
    const stopped = await bothAtWork(house, 'InstanceAttached');
    await house.manager.stop();
    await allHandedOver(house);
    const starts = (await house.events()).filter((event) => event.type === 'InstanceStarting');
    expect(starts.filter(({ data }) => data.epoch === 1)).toHaveLength(3);
    expect(starts.filter(({ data }) => data.epoch > 1)).toMatchObject([{ stream: stopped, data: { epoch: 2 } }]);
  });
});

describeWith(agentImage(), 'two managers whose agents are containers', () => {
  it('adopt what the other left: nothing is lost or started again', { timeout: 280_000 }, async () => {
    const house = await openBusyHouse('docker');
    onTestFinished(async () => {
      const started = (await house.events()).filter((event) => event.type === 'InstanceStarted');
      removeContainers(started.map(({ data }) => data.handle));
    });
    await bothAtWork(house, 'InstanceStarting');
    await house.manager.stop();
    await allHandedOver(house);
    expect(await named(house, 'InstanceLost')).toEqual([]);
    expect(await named(house, 'InstanceStarting')).toHaveLength(3);
  });
});
