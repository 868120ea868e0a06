import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord, WorkerCommand } from '@claude-codex/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeChecks } from './check.contract.ts';
import { describePlaces } from './places.contract.ts';
import type { WorkerId } from './places.ts';
import { preparedWorker } from './prepared-worker.fixture.ts';
import { type Runtime, type RuntimeConnection, RuntimeNameTaken } from './runtime.ts';
import { startCommand } from './start-command.fixture.ts';

export interface RuntimeUnderTest {
  /** A manager's view; called again it is another manager on the same host, as after a restart. */
  create(): Runtime;
  /** What checks would leave behind if they left something: processes, directories, containers. */
  traces(): Promise<string>;
  close(): Promise<void>;
}

/**
 * What every runtime promises. The worker is `fixture-worker.mjs`: it journals what it is sent, and does what messages
 * tell it (`exit 3`, `orphan`, `allocate`).
 */
export function describeRuntime(name: string, setUp: () => Promise<RuntimeUnderTest>): void {
  describe(`runtime contract: ${name}`, { timeout: 60_000 }, () => {
    let under: RuntimeUnderTest;
    let runtime: Runtime;
    const connections: RuntimeConnection[] = [];

    beforeAll(async () => {
      under = await setUp();
      runtime = under.create();
    });
    afterEach(async () => {
      await Promise.all(connections.splice(0).map((connection) => connection.close()));
      for (const handle of await runtime.list()) await runtime.remove(handle);
    });
    afterAll(async () => under?.close());

    const prepared = () => preparedWorker(runtime.places);

    function connect(handle: Parameters<Runtime['attach']>[0], by: Runtime = runtime): RuntimeConnection {
      const connection = by.attach(handle);
      connections.push(connection);
      return connection;
    }

    async function started(worker: WorkerId) {
      const handle = await runtime.start(worker);
      const connection = connect(handle);
      await connection.send(startCommand(worker, runtime));
      return { handle, connection };
    }

    it('carries commands in and records out', async () => {
      const worker = await prepared();
      const { connection } = await started(worker);
      await connection.send(message('m1', 'hello'));
      const records = await until(connection.records(0), (record) => isAck(record, 'm1'));
      expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
      expect(records[0]?.entry).toMatchObject({ type: 'supervisor_started', epoch: 1 });
      expect(records).toContainEqual(
        expect.objectContaining({ entry: { type: 'user_message', commandId: 'm1', text: 'hello' } }),
      );
    });

    it('starts an epoch once', async () => {
      const worker = await prepared();
      await started(worker);
      await expect(runtime.start(worker)).rejects.toBeInstanceOf(RuntimeNameTaken);
      expect(await runtime.list()).toHaveLength(1);
    });

    it('is found and followed by another manager, from any record on', async () => {
      const worker = await prepared();
      const { connection, handle } = await started(worker);
      await connection.send(message('m1', 'before'));
      const before = await until(connection.records(0), (record) => isAck(record, 'm1'));
      await connection.close();

      const later = under.create();
      const found = (await later.list()).find(({ name }) => name === handle.name);
      expect(found).toMatchObject({ instanceId: worker.instanceId, epoch: 1, status: 'running', exit: null });
      const again = connect(found ?? handle, later);
      await again.send(message('m2', 'after'));
      const last = before.at(-1)?.seq ?? 0;
      const after = await until(again.records(last), (record) => isAck(record, 'm2'));
      expect(after[0]?.seq).toBe(last + 1);
    });

    it('carries a command far larger than a pipe holds', async () => {
      const worker = await prepared();
      const { connection } = await started(worker);
      const text = 'x'.repeat(300_000);
      await connection.send(message('big', text));
      const records = await until(connection.records(0), (record) => isAck(record, 'big'));
      const got = records.find((record) => record.entry.type === 'user_message');
      expect(got?.entry).toMatchObject({ text: `${text.length} characters` });
    });

    it('says how a worker ended, also to a manager that comes later', async () => {
      const worker = await prepared();
      const { connection } = await started(worker);
      await connection.send(message('m1', 'exit 3'));
      expect(await connection.exited).toMatchObject({ oom: false, exitCode: 3 });
      const records = await all(connection.records(0));
      expect(records.at(-1)?.entry).toMatchObject({ type: 'exited' });
      const [handle] = await under.create().list();
      expect(handle).toMatchObject({ status: 'exited', exit: { exitCode: 3 } });
    });

    it('stops a worker that ends by itself, and by force one that does not', async () => {
      for (const text of ['polite', 'stubborn']) {
        const { connection, handle } = await started(await prepared());
        await connection.send(message('m1', text));
        await until(connection.records(0), (record) => isAck(record, 'm1'));
        await runtime.stop(handle, 1_000);
        await connection.exited;
        expect((await runtime.list()).find(({ name: one }) => one === handle.name)?.status).toBe('exited');
      }
    });

    it('leaves no process behind when it kills', async () => {
      const worker = await prepared();
      const { connection, handle } = await started(worker);
      await connection.send(message('m1', 'orphan'));
      await until(connection.records(0), (record) => isAck(record, 'm1'));
      await vitestUntil(async () => ((await runtime.stats(handle))?.processes ?? 0) >= 2);
      await runtime.kill(handle);
      await connection.exited;
      expect(await runtime.stats(handle)).toBeNull();
    });

    it('freezes and thaws', async () => {
      const { connection, handle } = await started(await prepared());
      await until(connection.records(0), ({ entry }) => entry.type === 'supervisor_started');
      await runtime.pause(handle);
      await vitestUntil(async () => (await runtime.list())[0]?.status === 'paused');
      await connection.send(message('m1', 'while frozen'));
      await runtime.resume(handle);
      await until(connection.records(0), (record) => isAck(record, 'm1'));
      expect((await runtime.list())[0]?.status).toBe('running');
    });

    it('gives memory and processor time', async () => {
      const { connection, handle } = await started(await prepared());
      await until(connection.records(0), ({ entry }) => entry.type === 'supervisor_started');
      const stats = await runtime.stats(handle);
      expect(stats?.memoryBytes).toBeGreaterThan(1_000_000);
      expect(stats?.processes).toBeGreaterThan(0);
    });

    it('says that a worker ran out of memory', async () => {
      const { connection } = await started(await prepared());
      await connection.send(message('m1', 'allocate'));
      expect(await connection.exited).toMatchObject({ oom: true, reason: expect.stringContaining('out of memory') });
    });

    it('hands the worker no variable of the manager', async () => {
      process.env.CODEX_CANARY_KEY = 'canary';
      onTestFinished(() => {
        delete process.env.CODEX_CANARY_KEY;
      });
      const { connection } = await started(await prepared());
      await connection.send(message('m1', 'environment'));
      const records = await until(connection.records(0), (record) => isAck(record, 'm1'));
      const text = JSON.stringify(records);
      expect(text).toContain('HOME=');
      expect(text).not.toContain('canary');
    });

    it('forgets what it removed', async () => {
      const { connection, handle } = await started(await prepared());
      await runtime.kill(handle);
      await connection.exited;
      await runtime.remove(handle);
      expect(await runtime.list()).toEqual([]);
    });

    it('runs a program inside the worker', async () => {
      const { connection, handle } = await started(await prepared());
      await until(connection.records(0), ({ entry }) => entry.type === 'supervisor_started');
      const exec = await runtime.exec(handle, ['cat']);
      exec.write(Buffer.from('to and fro\n'));
      for await (const chunk of exec.output) {
        expect(chunk.toString()).toBe('to and fro\n');
        break;
      }
      exec.close();
      await exec.ended;
    });

    describePlaces(() => runtime);
    describeChecks(name, { runtimeOf: () => runtime, traces: () => under.traces() });
  });
}

function message(id: string, text: string): WorkerCommand {
  return { type: 'message', id, text, interrupt: false };
}

function isAck({ entry }: JournalRecord, commandId: string): boolean {
  return entry.type === 'ack' && entry.commandId === commandId;
}

async function until(records: AsyncIterable<JournalRecord>, wanted: (record: JournalRecord) => boolean) {
  const seen: JournalRecord[] = [];
  for await (const record of records) {
    seen.push(record);
    if (wanted(record)) return seen;
  }
  throw new Error(`the journal ended without the record: ${JSON.stringify(seen.map(({ entry }) => entry.type))}`);
}

async function all(records: AsyncIterable<JournalRecord>): Promise<JournalRecord[]> {
  const seen: JournalRecord[] = [];
  for await (const record of records) seen.push(record);
  return seen;
}

async function vitestUntil(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not become true');
    await sleep(20);
  }
}
