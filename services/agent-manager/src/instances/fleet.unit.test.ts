import { silentLog } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { createFleet } from './fleet.ts';
import type { InstanceRun } from './instance-run.ts';

const notAsked = () => {
  throw new Error('there is nothing to do');
};

it('nothing is begun while another manager holds our lease', () => {
  let mayClaim = false;
  const starts = { begin: notAsked, goOn: notAsked, adopt: notAsked };
  const runtime = { outlivesManager: true, stop: notAsked };
  const parts = { starts, runtime, room: { ring: notAsked }, clock: { now: () => 0 }, log: silentLog };
  const fleet = createFleet(parts, 2, () => mayClaim);
  expect(fleet.place()).toBe('elsewhere');
  mayClaim = true;
  expect(fleet.place()).toBe('free');
});

it('one that was starting when its manager stopped is ended with the others', async () => {
  const begun = Promise.withResolvers<InstanceRun>();
  const over = Promise.withResolvers<void>();
  const ended: string[] = [];
  const run = {
    instanceId: 'a',
    handle: { name: 'agent-a-1' },
    over: over.promise,
    detach: async () => over.resolve(),
  } as unknown as InstanceRun;
  const parts = {
    starts: { begin: () => begun.promise, goOn: notAsked, adopt: notAsked },
    runtime: { outlivesManager: false, stop: async ({ name }: { name: string }) => void ended.push(name) },
    room: { ring: () => undefined },
    clock: { now: () => 0 },
    log: silentLog,
  };
  const fleet = createFleet(parts, 2, () => true);
  const starting = fleet.start('a');
  const stopping = fleet.stop();
  begun.resolve(run);
  await Promise.all([starting, stopping]);
  expect(ended).toEqual(['agent-a-1']);
});
