import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anyEvent, type Projection } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { migrations } from '@claude-codex/infra/migrations';
import { createInProcessBus, createLogger, systemClock } from '@claude-codex/service-kit';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { startRelay } from '@claude-codex/service-kit/nats/relay';
import { checkLogInvariants } from '@claude-codex/service-kit/pg/audit/log-invariants';
import { walkLog } from '@claude-codex/service-kit/pg/audit/walk-log';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { runProjections } from '@claude-codex/service-kit/pg/projection-runner';
import { readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { describeWith, natsEngine, startTestNats, startTestPostgres, waitFor } from '@claude-codex/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { makeBackup } from './backup/make-backup.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { verifyBackup } from './backup/verify-backup.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const counted: Projection<PgTx> = {
  name: 'counted',
  version: 1,
  tables: ['counted'],
  async handle(tx, events) {
    await tx.query('insert into counted select * from unnest($1::bigint[], $2::text[])', [
      events.map(({ position }) => position),
      events.map(({ data }) => (data as { text: string }).text),
    ]);
  },
};

describeWith(natsEngine, 'an older backup in a fresh cluster', () => {
  it('goes on as another history: nothing old is mixed in, NATS and read models are made anew', async () => {
    const nats = await startTestNats();
    const root = mkdtempSync(join(tmpdir(), 'claude-codex-backup-'));
    const files = { root, keyFile: join(root, 'master.key') };
    const bus = await connectNatsBus({ url: nats.url, name: 'test', log });
    const jsm = await jetstreamManager(bus.connection);

    async function open() {
      const postgres = await startTestPostgres();
      const { connectionString } = postgres;
      const owner = createPool({ connectionString, name: 'owner' });
      await owner.query('create table read.counted (position bigint primary key, said text)');
      return { postgres, owner, connectionString };
    }
    function run({ owner, connectionString }: Awaited<ReturnType<typeof open>>) {
      const store = createPgEventStore({
        pool: owner,
        connectionString,
        registry: anyEvent,
        bus: createInProcessBus(),
        log,
      });
      const readEvents = (after: number, limit: number) => readEventRows(owner, after, limit);
      const relay = startRelay({ connection: bus.connection, store, readEvents, clock: systemClock, log });
      const pool = createPool({ connectionString, name: 'projector', role: 'codex_projector' });
      const runner = runProjections({ pool, projections: [counted], registry: anyEvent, bus, clock: systemClock, log });
      return {
        store,
        say: (text: string) => store.append(appendOf(fresh('task'), 0, [{ type: 'Noted', data: { text } }])),
        async stop() {
          await runner.stop();
          await relay.stop();
          await store.close();
          await pool.end();
        },
      };
    }
    const relayed = async () => (await jsm.streams.info('EVENTS').catch(() => null))?.state.last_seq ?? 0;

    const before = await open();
    const first = run(before);
    for (let index = 1; index <= 20; index += 1) await first.say(`kept ${index}`);
    await waitFor('the read model', async () => (await readProjectionStatus(before.owner))[0]?.position === 20);
    const path = join(root, 'backup.tar.zst');
    await makeBackup({
      ...files,
      connectionString: before.connectionString,
      target: path,
      withKey: false,
      version: 'test',
      signal: new AbortController().signal,
    });
    for (let index = 21; index <= 30; index += 1) await first.say(`lost ${index}`);
    await waitFor('NATS to hold what will be lost', async () => (await relayed()) === 30);
    const { epoch: oldEpoch } = await first.store.head();
    await first.stop();
    await before.owner.end();
    await before.postgres.stop();

    const after = await open();
    const manifest = await verifyBackup(
      path,
      migrations.map(({ name }) => name),
    );
    const { connectionString } = after;
    const { epoch, position } = await restoreBackup({ ...files, path, manifest, connectionString, log });
    expect(epoch).not.toBe(oldEpoch);
    expect(position).toBe(20);

    const second = run(after);
    for (let index = 21; index <= 25; index += 1) await second.say(`new ${index}`);
    await waitFor('NATS to hold the new history', async () => (await relayed()) === 25);
    for (const seq of [1, 20, 21, 25]) {
      const message = await jsm.streams.getMessage('EVENTS', { seq });
      const [event] = await readEventRows(after.owner, seq - 1, 1);
      expect(message?.header.get('Nats-Msg-Id')).toBe(event?.eventId);
    }
    await waitFor('the read model of the new history', async () =>
      (await readProjectionStatus(after.owner)).some(({ status, position: at }) => status === 'live' && at === 25),
    );
    const { rows } = await after.owner.query<{ said: string }>('select said from read.counted order by position');
    expect(rows.map(({ said }) => said).slice(18)).toEqual([
      'kept 19',
      'kept 20',
      'new 21',
      'new 22',
      'new 23',
      'new 24',
      'new 25',
    ]);
    const findings = [...(await checkLogInvariants(after.owner)), ...(await walkLog(after.owner))];
    expect(findings.filter(({ ok }) => ok === false)).toEqual([]);

    await second.stop();
    await after.owner.end();
    await after.postgres.stop();
    await bus.close();
    await nats.stop();
    rmSync(root, { recursive: true });
  }, 120_000);
});
