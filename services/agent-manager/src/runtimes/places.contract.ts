import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { describe, expect, it } from 'vitest';
import type { WorkerId } from './places.ts';
import { preparedWorker, RECORD } from './prepared-worker.fixture.ts';
import type { Runtime } from './runtime.ts';
import { startCommand } from './start-command.fixture.ts';

const MIB = 1024 ** 2;

/** What the places of every runtime promise: seen by the manager on one side, and by a worker in them on the other. */
export function describePlaces(runtimeOf: () => Runtime): void {
  describe('its places', () => {
    const placesOf = () => runtimeOf().places;
    const put = (text: string) => (directory: string) => writeFile(join(directory, 'f'), text);

    /** What a shell inside the worker prints. */
    async function inside(worker: WorkerId, script: string): Promise<string> {
      const runtime = runtimeOf();
      const handle = await runtime.start(worker);
      const connection = runtime.attach(handle);
      await connection.send(startCommand(worker, runtime));
      // Its first record: it is there, and so is what confines it.
      await connection.records(0)[Symbol.asyncIterator]().next();
      const exec = await runtime.exec(handle, ['sh', '-c', script]);
      const parts: Buffer[] = [];
      for await (const part of exec.output) parts.push(part);
      await exec.ended;
      await connection.close();
      await runtime.remove(handle);
      return Buffer.concat(parts).toString();
    }

    it('show a worker the checkout that was put there, and keep what it did for the next one', async () => {
      const places = placesOf();
      const worker = await preparedWorker(places, { fill: put('from the commit') });
      const { checkout } = places.paths(worker);
      expect(await inside(worker, `cat ${checkout}/f && echo ' and work' >> ${checkout}/f`)).toBe('from the commit');
      const next = await preparedWorker(places, { instanceId: worker.instanceId, epoch: 2 });
      expect(await inside(next, `cat ${places.paths(next).checkout}/f`)).toBe('from the commit and work\n');
    });

    it('remember a checkout that could not be put there, and hold no part of it', async () => {
      const own = placesOf().instance(newId());
      expect(await own.checkoutRecord()).toBeNull();
      await own.prepare();
      const cutShort = own.putCheckout(RECORD, async (directory) => {
        await put('half')(directory);
        throw new Error('the disk is full');
      });
      await expect(cutShort).rejects.toThrow('the disk is full');
      expect(await own.checkoutRecord()).toEqual(RECORD);
      expect(await own.prepare()).toBe(false);
      await own.putCheckout(RECORD, put('whole'));
      expect(await own.prepare()).toBe(true);
    });

    it('take a session into an empty home, where a worker finds it as its own', async () => {
      const places = placesOf();
      const worker = await preparedWorker(places);
      const own = places.instance(worker.instanceId);
      expect(await own.isHomeEmpty()).toBe(true);
      await own.seedHome(['.claude', 'projects', '-x', 's.jsonl'], Buffer.from('a transcript'));
      expect(await own.isHomeEmpty()).toBe(false);
      const session = `${places.paths(worker).home}/.claude/projects/-x/s.jsonl`;
      expect(await inside(worker, `cat ${session} && echo , longer >> ${session} && cat ${session}`)).toBe(
        'a transcripta transcript, longer\n',
      );
    });

    it('show a worker the door that egress opened, until it is removed', async () => {
      const places = placesOf();
      const worker = await preparedWorker(places);
      const server = createServer().listen(places.door(worker).socketPath);
      await once(server, 'listening');
      expect(await inside(worker, `test -S ${places.paths(worker).egressSocket} && echo there`)).toBe('there\n');
      // Not closed yet, which would remove the socket by itself.
      await places.removeDoor(worker);
      await preparedWorker(places, worker);
      expect(await inside(worker, `test -S ${places.paths(worker).egressSocket} || echo gone`)).toBe('gone\n');
      server.close();
    });

    it('lose a home with the values in it and keep the checkout, or lose everything', async () => {
      const places = placesOf();
      const { instanceId } = await preparedWorker(places, { fill: put('work') });
      const own = places.instance(instanceId);
      await own.seedHome(['.claude', 'projects', '-x', 's.jsonl'], Buffer.from('canary'));
      await own.removeHome();
      expect(await own.isHomeEmpty()).toBe(true);
      expect(await own.prepare()).toBe(true);
      expect(await places.instanceIds()).toContain(instanceId);
      await own.removeAll();
      expect(await own.checkoutRecord()).toBeNull();
      expect(await places.instanceIds()).not.toContain(instanceId);
      expect(await own.prepare()).toBe(false);
    });

    it('say what a worker takes of the disk, and what is left', async () => {
      const places = placesOf();
      const worker = await preparedWorker(places);
      const before = await places.usedBytes(worker);
      await inside(worker, `head -c ${4 * MIB} /dev/urandom > ${places.paths(worker).checkout}/large`);
      expect((await places.usedBytes(worker)) - before).toBeGreaterThanOrEqual(4 * MIB);
      expect(await places.freeBytes()).toBeGreaterThan(0);
    });

    it('let the manager look at what a check left, but through no link and at nothing too large', async () => {
      const made = await placesOf().checkoutForCheck(async (directory) => {
        await put('12345')(directory);
        await symlink('/etc/hostname', join(directory, 'link'));
      });
      expect(await made.readFile('f', 5)).toBe('12345');
      expect(await made.readFile('f', 4)).toBeNull();
      expect(await made.readFile('link', MIB)).toBeNull();
      expect([await made.exists('link'), await made.exists('nothing')]).toEqual([true, false]);
      await made.remove();
      expect(await made.exists('f')).toBe(false);
    });
  });
}
