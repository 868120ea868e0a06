import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, streamOf } from '@claude-codex/contracts';
import { instanceDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, expect, it } from 'vitest';
import { closeHouses, openHouse } from '../instances/house.fixture.ts';

afterEach(closeHouses);

it('an agent of an older epoch is ended as soon as a newer one exists', async () => {
  const house = await openHouse((step) => (step < 40 ? bashAnswer(step, 'sleep 1') : textAnswer('Done.')));
  await house.createOne();
  const { stream, data } = await house.until('InstanceAttached');
  expect(data.epoch).toBe(1);
  const workers = () => readdirSync(join(house.root, 'processes')).filter((name) => name.includes(idOf(stream)));
  expect(workers()).toEqual([`agent-${idOf(stream)}-1`]);

  // A manager that took this one for dead reports it lost, begins the next epoch in the same instant, and dies itself.
  const takeOver = [
    { type: 'ReportLost' as const, epoch: 1, cause: 'host_lost' as const, reason: 'it does not answer' },
    {
      type: 'StartEpoch' as const,
      epoch: 2,
      managerId: 'another',
      runtime: 'process' as const,
      resumeSessionId: data.sessionId,
    },
  ];
  await handleCommand(house.store, {
    ...house.envelope(),
    stream: streamOf('instance', idOf(stream)),
    decider: {
      ...instanceDecider,
      decide: (commands: typeof takeOver, state) => {
        let now = state;
        return commands.flatMap((command) => {
          const events = instanceDecider.decide(command, now);
          now = events.reduce(instanceDecider.evolve, now);
          return events;
        });
      },
    },
    command: takeOver,
  });
  const first = `agent-${idOf(stream)}-1`;
  await waitFor('the older one to be gone', () => !workers().includes(first), { timeoutMs: 15_000 });
  // Its session may have been too young to be continued: then a third epoch begins it anew.
  const newer = async () => (await house.events()).some((e) => e.type === 'InstanceAttached' && e.data.epoch > 1);
  await waitFor('a newer epoch', newer, { timeoutMs: 60_000 });
}, 120_000);
