import { streamOf, type WorkerCommand } from '@claude-codex/contracts';
import { created, phaseStarted, queued, TASK, taskData } from '@claude-codex/domain/spec/samples';
import { createMemoryEventStore, type EventStore } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RuntimeConnection } from '../runtimes/runtime.ts';
import { World } from '../world/world.ts';
import { collect } from './collecting.ts';
import { type Ack, newRunState, type RunState } from './run-state.ts';

const INSTANCE = idFrom('instance');
const NOW = Date.parse('2026-11-29T08:00:00Z');
let store: EventStore;
let world: World;
let now: number;
let sent: WorkerCommand[];
let run: RunState;

const idOfCommand = (command: WorkerCommand | undefined) =>
  command !== undefined && 'id' in command ? command.id : '';

const catchUp = async () => {
  for (const event of await store.readAll({ after: world.position, limit: 100 })) world.apply(event);
};

function newRun(): RunState {
  const connection = { send: async (command: WorkerCommand) => void sent.push(command) } as RuntimeConnection;
  const handle = { name: 'x', instanceId: INSTANCE, epoch: 1, status: 'running' as const, exit: null };
  return newRunState({ instanceId: INSTANCE, epoch: 1, handle, connection, letGo: new AbortController().signal });
}

beforeEach(async () => {
  store = createMemoryEventStore();
  world = new World();
  now = NOW;
  sent = [];
  run = newRun();
  const meta = {
    ...{ actor: { kind: 'person' as const, id: 'ada' }, causedBy: null, correlationId: 'x', causationId: null },
    workspaceId: 'w',
  };
  const data = {
    ...{ name: 'work-1-a1', taskId: TASK, repositoryId: taskData.repositoryId, kind: 'coding', attempt: 1 },
    ...{ phase: 'develop', branch: 'codex/1', baseBranch: 'main', model: null },
  };
  const writes = [
    { stream: streamOf('task', TASK), events: [created, queued, phaseStarted('develop', 'coding', INSTANCE)] },
    { stream: streamOf('instance', INSTANCE), events: [{ type: 'InstanceQueued', data }] },
  ];
  await store.append({ commandId: 'begin', meta, writes: writes.map((write) => ({ ...write, expectedVersion: 0 })) });
  await catchUp();
});

function asked(by: RunState = run) {
  const instance = world.instances.get(INSTANCE);
  if (instance === undefined) throw new Error('the instance is not known');
  const followed = { world, caughtUp: catchUp, reached: catchUp, stop: async () => undefined };
  const clock = { now: () => now, sleep: async () => undefined };
  return collect({ store, followed, world, clock, settings: { hostId: 'builder-2' } }, by, instance, {
    key: 'k',
    deliverables: [],
  });
}

/** Answers one attempt after the other, each when it is due. */
async function after(...answers: (Ack['cause'] | 'no reason' | 'ok')[]) {
  for (const answer of answers) {
    const first = await asked();
    if (first.kind === 'under_way' && first.again !== null) {
      now = first.again;
      await asked();
    }
    const cause = answer === 'no reason' || answer === 'ok' ? undefined : answer;
    run.acks.set(idOfCommand(sent.at(-1)), { ok: answer === 'ok', detail: `git said ${answer}`, cause, at: now });
  }
  return asked();
}

const holds = () => world.progress.get(TASK)?.hold;

describe('a collection that is refused', () => {
  it('for a full disk is asked for again, however long it takes, and the card says why', async () => {
    const begun = now;
    const outcome = await after(...Array.from({ length: 12 }, () => 'disk_full' as const));
    expect(outcome).toEqual({ kind: 'under_way', again: now + 60_000 });
    expect(now - begun).toBeGreaterThan(5 * 60_000);
    expect(holds()).toMatchObject({
      cause: 'disk_full',
      detail: expect.stringContaining('the host builder-2 is full'),
    });
  });

  it('for an egress service that is away as well', async () => {
    const outcome = await after(...Array.from({ length: 12 }, () => 'egress_away' as const));
    expect(outcome).toMatchObject({ kind: 'under_way' });
    expect(holds()).toMatchObject({ cause: 'egress_away' });
  });

  it('for no known reason is tried three times, with the reason on the card, and is then the agent’s', async () => {
    expect(await after('no reason', 'no reason')).toMatchObject({ kind: 'under_way' });
    expect(holds()).toMatchObject({ cause: 'collection_failed' });
    expect(await after('no reason')).toEqual({ kind: 'refused', detail: 'git said no reason' });
    expect(sent).toHaveLength(3);
  });

  it('for our reasons in between is counted without them', async () => {
    expect(await after('no reason', 'disk_full', 'no reason', 'egress_away')).toMatchObject({ kind: 'under_way' });
    expect(await after('no reason')).toMatchObject({ kind: 'refused' });
  });

  it('and then for a full disk waits for the disk', async () => {
    expect(await after('no reason', 'no reason', 'disk_full')).toMatchObject({ kind: 'under_way' });
    expect(holds()).toMatchObject({ cause: 'disk_full' });
  });

  it('and then taken is done', async () => {
    expect(await after('disk_full', 'no reason', 'ok')).toEqual({ kind: 'done' });
  });

  it('goes on where it was when another manager takes over', async () => {
    await after('no reason', 'no reason');
    const other = newRun();
    for (const [id, ack] of run.acks) other.acks.set(id, ack);
    now += 60_000;
    expect(await asked(other)).toEqual({ kind: 'under_way', again: null });
    expect(new Set(sent.map(idOfCommand)).size).toBe(3);
  });

  it('is not sent again while its answer is awaited', async () => {
    await asked();
    expect(await asked()).toEqual({ kind: 'under_way', again: null });
    expect(sent).toHaveLength(1);
  });
});
