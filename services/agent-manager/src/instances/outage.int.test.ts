import { setTimeout as sleep } from 'node:timers/promises';
import { streamOf } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

const commit = 'date +%N >> work.txt; git add -A; git commit -qm Work';
const DONE = '=== PHASE develop COMPLETE ===';
type House = Awaited<ReturnType<typeof openHouse>>;

const typesOf = async (house: House) => (await house.events()).map(({ type }) => type);
const handedOver = (house: House, count: number) =>
  waitFor(`${count} reviews`, async () => (await house.count('ReviewCreated')) === count, { timeoutMs: 90_000 });
async function heldBackBy(house: House, cause: string) {
  const held = (await house.events()).filter((event) => event.type === 'TaskHeldBack');
  return held.filter(({ data }) => data.cause === cause);
}

async function expectNoBlame(house: House) {
  expect(await typesOf(house)).not.toContain('InstanceFailed');
  expect(await typesOf(house)).not.toContain('TaskFailed');
}

describe('while something of ours is away', { timeout: 180_000 }, () => {
  it('work waits for the egress service and says so, then goes on by itself', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, `sleep 2; ${commit}`) : textAnswer(DONE)));
    const working = await house.createOne();
    await house.until('InstanceAttached');
    const waiting = await house.createOne();
    house.egress.leave();
    // Longer than it took five starts in a row to fail: 0.5 + 1 + 2 + 4 s.
    await sleep(12_000);
    const told = await heldBackBy(house, 'egress_away');
    expect(new Set(told.map(({ stream }) => stream))).toEqual(
      new Set([working, waiting].map((id) => streamOf('task', id))),
    );
    expect(told[0]?.data).toEqual({
      cause: 'egress_away',
      detail: 'the egress service, the way to the model, does not answer.',
      needsPerson: false,
    });
    house.egress.comeBack();
    await handedOver(house, 2);
    await expectNoBlame(house);
    // Said once per task, however often it was looked for.
    expect(await heldBackBy(house, 'egress_away')).toHaveLength(2);
  });

  it('a change in review waits for people and is not said to wait for anything of ours', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : textAnswer(DONE)));
    await house.createOne();
    await handedOver(house, 1);
    house.egress.leave();
    // Every door is asked for again meanwhile.
    await sleep(13_000);
    house.egress.comeBack();
    expect(await heldBackBy(house, 'egress_away')).toEqual([]);
  });

  it('work waits for the git service, before it starts and when it is handed over', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, `sleep 6; ${commit}`) : textAnswer(DONE)));
    const working = await house.createOne();
    await house.until('InstanceAttached');
    await house.git.leave();
    const waiting = await house.createOne();
    await waitFor('both to be held back', async () => (await heldBackBy(house, 'git_away')).length === 2, {
      timeoutMs: 60_000,
    });
    const told = await heldBackBy(house, 'git_away');
    expect(new Set(told.map(({ stream }) => stream))).toEqual(
      new Set([working, waiting].map((id) => streamOf('task', id))),
    );
    expect(told[0]?.data.detail).toBe('the git service, which reaches the repositories, does not answer.');
    await house.git.comeBack();
    await handedOver(house, 2);
    await expectNoBlame(house);
    expect(await house.count('MessageSent')).toBe(0);
  });

  it('a door that opens late is waited for', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : textAnswer(DONE)));
    house.egress.delayDoors(7_000);
    await house.createOne();
    await handedOver(house, 1);
    expect(await house.count('InstanceLost')).toBe(0);
  });

  it('a hand-over whose upload is refused is asked for again until it is taken, and the agent hears nothing of it', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : textAnswer(DONE)));
    house.egress.refuseUploads(true);
    await house.createOne();
    await house.until('PhaseSubmitted');
    expect((await house.until('TaskHeldBack')).data).toMatchObject({ cause: 'egress_away', needsPerson: false });
    await sleep(5_000);
    expect(await house.count('AttemptCompleted')).toBe(0);
    house.egress.refuseUploads(false);
    await handedOver(house, 1);
    expect(await house.count('TurnEnded')).toBe(1);
    expect(await house.count('MessageSent')).toBe(0);
  });

  it('the look at how a turn ended is asked for again as well', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : textAnswer('I am done.')));
    house.egress.refuseUploads(true);
    await house.createOne();
    await house.until('TurnEnded');
    await sleep(7_000);
    house.egress.refuseUploads(false);
    await handedOver(house, 1);
    expect(await house.count('MessageSent')).toBe(0);
  });
});
