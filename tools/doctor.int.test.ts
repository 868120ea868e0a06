import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { createInProcessBus, createLogger, idFrom } from '@claude-codex/service-kit';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { startTestPostgres, type TestPostgres, waitFor } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createProjectorApp } from '../services/projector/src/app.ts';
import { diagnose } from './operate/diagnose.ts';

const log = createLogger({ service: 'test', level: 'silent' });

describe('doctor', () => {
  let postgres: TestPostgres;
  let connectionString: string;
  let owner: Pool;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  /** A system that ran for a while: a history of work, its read models, and an archived stream. */
  beforeEach(async () => {
    connectionString = await postgres.createDatabase();
    owner = createPool({ connectionString, name: 'owner' });
    const bus = createInProcessBus();
    const store = createPgEventStore({
      pool: owner,
      connectionString,
      registry: createSchemaRegistry(EVENT_TYPES),
      bus,
      log,
    });
    for (const { stream, type, data, meta } of generateFlow(200, seededChooser(7))) {
      const { commandId, ...rest } = meta;
      const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
      await store.append({ commandId, meta: rest, writes });
    }
    const { position } = await store.head();
    await store.close();
    await owner.query('select es.archive_stream(stream) from es.event where position = 1');
    const pool = createPool({ connectionString, name: 'projector', role: 'codex_projector' });
    const projector = createProjectorApp({ pool, bus, log });
    await projector.start();
    await waitFor('the read models', async () => {
      const status = await readProjectionStatus(pool);
      return status.length === 2 && status.every((row) => row.position === position);
    });
    await projector.stop();
    await pool.end();
    return () => owner.end();
  });

  const broken = async () =>
    (await diagnose({ connectionString })).filter(({ ok }) => ok === false).map(({ id }) => id);

  /** What only somebody with every right can do. */
  async function tamper(sql: string): Promise<void> {
    const client = await owner.connect();
    await client.query(`set session_replication_role = replica`);
    await client.query(sql);
    client.release(true);
  }

  it('lists a task that nobody goes on with', async () => {
    const store = createPgEventStore({
      pool: owner,
      connectionString,
      registry: createSchemaRegistry(EVENT_TYPES),
      bus: createInProcessBus(),
      log,
    });
    const meta = { actor: { kind: 'system' as const, id: 'agent-manager' }, causedBy: null, causationId: null };
    const detail = 'nobody goes on with it. Its turn is over, and nothing was made of it.';
    const created = {
      ...{ number: 77, title: 'T', description: '', taskType: 'feature', priority: 'normal', labels: [], model: null },
      ...{ repositoryId: idFrom('repository'), baseBranch: 'main', workflow: BUILT_IN_WORKFLOWS[0] },
      origin: null,
    };
    const events = [
      { type: 'TaskCreated', data: created },
      { type: 'TaskQueued', data: {} },
      { type: 'TaskHeldBack', data: { cause: 'no_next_step', detail, needsPerson: true } },
    ];
    await store.append({
      commandId: 'watchdog',
      meta: { ...meta, correlationId: 'watchdog', workspaceId: '01000000000000000000000001' },
      writes: [{ stream: streamOf('task', idFrom('task')), expectedVersion: 0, events }],
    });
    await store.close();
    const findings = await diagnose({ connectionString });
    expect(findings.find(({ id }) => id === 'I10')).toMatchObject({
      ok: false,
      detail: `task 77: ${detail}`,
    });
  });

  it('finds nothing wrong with a sound system', async () => {
    expect(await broken()).toEqual([]);
    const { rows } = await owner.query<{ archived: string }>('select count(*) as archived from es.event_archive');
    expect(Number(rows[0]?.archived)).toBeGreaterThan(0);
  });

  it('finds an event whose data was changed', async () => {
    await tamper(`update es.event set data = data || '{"changed": true}' where position = 100`);
    const findings = await diagnose({ connectionString });
    expect(findings.find(({ id }) => id === 'chain')).toMatchObject({
      ok: false,
      detail: '1 changed since they were written: position 100',
    });
  });

  it('finds an event that is gone', async () => {
    // In the middle of its stream, and no read model shows it.
    await tamper(`delete from es.event where position = (
      select min(gone.position) from es.event gone
      join es.event next on next.stream = gone.stream and next.version = gone.version + 1
      where gone.type = 'CheckpointSaved')`);
    expect(await broken()).toEqual(['I1', 'I2', 'I3']);
  });

  it('finds heads, answers and read models that say something else than the events', async () => {
    await tamper('update es.stream set version = version + 1 where id = (select max(id) from es.stream)');
    await tamper(
      'update es.command_result set last_position = last_position + 1 where command_id = (select max(command_id) from es.command_result)',
    );
    await tamper(`update read.task set title = 'something else' where task_id = (select min(task_id) from read.task)`);
    expect(await broken()).toEqual(['I3', 'I5', 'I6']);
  });

  it('finds a snapshot that says something else than its stream', async () => {
    await owner.query(
      `select es.keep_snapshot(id, 1, 1, '{"lastTaskNumber": 1}') from es.stream where id like 'counter-%'`,
    );
    expect(await broken()).toEqual([]);
    await tamper(`update es.snapshot set state = '{"lastTaskNumber": 2}'`);
    expect(await broken()).toEqual(['snaps']);
  });

  it('finds what stands still', async () => {
    await tamper(`update read.projection set status = 'paused' where name = 'workspace'`);
    expect(await broken()).toEqual(['runs']);
  });
});
