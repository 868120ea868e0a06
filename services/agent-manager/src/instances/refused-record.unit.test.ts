import { EVENT_TYPES, type JournalRecord, streamOf } from '@claude-codex/contracts';
import { createMemoryEventStore, createSchemaRegistry, type EventStore, EventStoreError } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { silentLog } from '@claude-codex/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../world/world.ts';
import { isRefusedByStore, reportRefusedRecord } from './refused-record.ts';

const INSTANCE = idFrom('instance');
let store: EventStore;
const refusal = new EventStoreError('APPEND_TOO_LARGE', { length: 700_000, limit: 524_288 });
let world: World;

beforeEach(async () => {
  store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const meta = {
    actor: { kind: 'person' as const, id: 'ada' },
    causedBy: null,
    correlationId: 'x',
    causationId: null,
    workspaceId: 'w',
  };
  const data = {
    ...{ name: 'work-1-a1', taskId: idFrom('task'), repositoryId: idFrom('repository'), kind: 'coding', attempt: 1 },
    ...{ phase: 'develop', branch: 'codex/1', baseBranch: 'main', model: null },
  };
  const stream = streamOf('instance', INSTANCE);
  const writes = [{ stream, expectedVersion: 0, events: [{ type: 'InstanceQueued', data }] }];
  await store.append({ commandId: 'queued', meta, writes });
  world = new World();
  for (const event of await events()) world.apply(event);
});

const events = async () => await store.readAll({ after: 0, limit: 100 });

async function refused(seq: number, entry: JournalRecord['entry']) {
  const instance = world.instances.get(INSTANCE);
  if (instance === undefined) throw new Error('the instance is not known');
  const followed = { reached: async () => undefined };
  const record = { seq, at: '2026-01-01T00:00:00.000Z', entry };
  await reportRefusedRecord({ store, followed, log: silentLog }, instance, { epoch: 1, record }, refusal);
  return (await events()).map(({ type }) => type);
}

describe('a record whose event the log refuses', () => {
  it.each([
    { type: 'warning', code: 'BRANCH_LEFT', detail: '' },
    { type: 'user_message', commandId: 'm1', text: 'a\ud83d' },
    { type: 'ack', commandId: 'm1', ok: true, detail: '' },
    { type: 'text_block', block: 'USER_QUESTION', blockId: 'b1', value: { question: 'a\0' }, problem: null },
  ] satisfies JournalRecord['entry'][])('is seen by people, once, and the agent goes on: $type', async (entry) => {
    expect(await refused(7, entry)).toEqual(['InstanceQueued', 'ProtocolWarningRaised']);
    expect(await refused(7, entry)).toEqual(['InstanceQueued', 'ProtocolWarningRaised']);
    expect((await events())[1]?.data).toEqual({
      block: 'RECORD_REFUSED',
      problem: expect.stringContaining(`"${entry.type}": APPEND_TOO_LARGE`),
    });
  });

  it.each([
    { type: 'supervisor_started', pid: 1, epoch: 1, versions: { node: '24' } },
    {
      type: 'session_started',
      sessionId: 's',
      program: { name: 'Claude Code', version: '2' },
      model: 'm',
      tools: [],
      resumed: false,
    },
    {
      ...{ type: 'collected', commandId: 'c1', headSha: 'a'.repeat(40), commits: 1, bundleBlobId: 'b' },
      ...{ transcriptBlobId: null, deliverables: [], missingDeliverables: [] },
    },
  ] satisfies JournalRecord['entry'][])('ends an agent that would wait for it for ever: $type', async (entry) => {
    expect(await refused(8, entry)).toEqual(['InstanceQueued', 'ProtocolWarningRaised', 'InstanceFailed']);
    expect((await events()).at(-1)?.data).toMatchObject({ code: 'RECORD_REFUSED' });
  });
});

it('only what never gets better counts as refused', () => {
  expect(isRefusedByStore(refusal)).toBe(true);
  expect(isRefusedByStore(new EventStoreError('EVENT_DATA_INVALID'))).toBe(true);
  for (const code of ['EVENT_STORE_UNAVAILABLE', 'EVENT_STORE_OVERLOADED', 'APPEND_CONFLICT'] as const)
    expect(isRefusedByStore(new EventStoreError(code))).toBe(false);
  expect(isRefusedByStore(new Error('EVENT_DATA_INVALID'))).toBe(false);
});
