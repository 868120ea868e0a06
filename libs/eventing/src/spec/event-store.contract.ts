import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { EventStore } from '../event-store.ts';
import { createSchemaRegistry, type SchemaRegistry } from '../schema-registry.ts';
import { appendOf, fresh, testMeta } from './append-request.ts';

const counted = { version: 1, schema: z.object({ count: z.number() }), upcasters: [] };
const released = createSchemaRegistry({
  Counted: counted,
  Noted: { version: 1, schema: z.object({ text: z.string() }), upcasters: [] },
});
const current = createSchemaRegistry({
  Counted: counted,
  Noted: {
    version: 2,
    schema: z.object({ text: z.string(), tags: z.array(z.string()) }),
    upcasters: [(data) => ({ ...(data as object), tags: [] })],
  },
});

const noted = (text: string) => ({ type: 'Noted', data: { text } });

export interface EventStoreUnderTest {
  store: EventStore;
  close(): Promise<void>;
}

/** What every EventStore does. `open` makes a store on a log of its own that accepts and upcasts with `registry`. */
export function eventStoreContract(
  name: string,
  open: (registry: SchemaRegistry) => Promise<EventStoreUnderTest>,
): void {
  describe(`event store: ${name}`, () => {
    let registry = released;
    let under: EventStoreUnderTest;
    let store: EventStore;

    beforeAll(async () => {
      under = await open({ accept: (event) => registry.accept(event), upcast: (event) => registry.upcast(event) });
      store = under.store;
    });
    afterAll(() => under.close());

    it('gives an append its positions and versions, and reads it back as it was', async () => {
      const stream = fresh('task');
      const { position } = await store.head();
      const result = await store.append(appendOf(stream, 0, [noted('one'), noted('tẅö "2" \\u0000 \n')]));
      expect(result).toEqual({
        status: 'appended',
        duplicate: false,
        firstPosition: position + 1,
        lastPosition: position + 2,
        versions: { [stream]: 2 },
      });
      const events = await store.readStream(stream);
      expect(events.map(({ version, data }) => [version, data])).toEqual([
        [1, { text: 'one' }],
        [2, { text: 'tẅö "2" \\u0000 \n' }],
      ]);
      expect(await store.readAll({ after: position, limit: 10 })).toEqual(events);
      expect(events[0]).toMatchObject({ type: 'Noted', schemaVersion: 1, position: position + 1, meta: testMeta });
      expect(events[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect((await store.head()).position).toBe(position + 2);
    });

    it('keeps values as JSON has them, which knows no -0', async () => {
      const stream = fresh('task');
      await store.append(appendOf(stream, 0, [{ type: 'Counted', data: { count: -0 } }]));
      const [event] = await store.readStream(stream);
      expect(event?.data).toEqual({ count: 0 });
    });

    it('refuses a version that is not the stream’s', async () => {
      const stream = fresh('task');
      await store.append(appendOf(stream, 0, [noted('one')]));
      expect(await store.append(appendOf(stream, 0, [noted('two')]))).toEqual({
        status: 'conflict',
        stream,
        expected: 0,
        actual: 1,
      });
      expect(await store.append(appendOf(stream, 5, [noted('two')]))).toMatchObject({ status: 'conflict', actual: 1 });
      expect(await store.readStream(stream)).toHaveLength(1);
    });

    it('appends anywhere to a stream when any version will do', async () => {
      const stream = fresh('task');
      await store.append(appendOf(stream, 'any', [noted('one')]));
      expect(await store.append(appendOf(stream, 'any', [noted('two')]))).toMatchObject({ versions: { [stream]: 2 } });
    });

    it('answers a repeated command id with the first result', async () => {
      const request = appendOf(fresh('task'), 0, [noted('one')]);
      const first = await store.append(request);
      expect(first).toMatchObject({ status: 'appended', duplicate: false });
      expect(await store.append(structuredClone(request))).toEqual({ ...first, duplicate: true });
    });

    it('refuses a command id used for something else', async () => {
      const { commandId } = appendOf(fresh('task'), 0, [noted('one')]);
      await store.append(appendOf(fresh('task'), 0, [noted('one')], commandId));
      const misused = await store.append(appendOf(fresh('task'), 0, [noted('other')], commandId));
      expect(misused).toEqual({ status: 'misuse', commandId });
    });

    it('does not remember a conflict as the answer to its command id', async () => {
      const stream = fresh('task');
      const commandId = fresh('command');
      expect(await store.append(appendOf(stream, 3, [noted('early')], commandId))).toMatchObject({
        status: 'conflict',
      });
      expect(await store.append(appendOf(stream, 0, [noted('now')], commandId))).toMatchObject({ status: 'appended' });
    });

    it('writes to several streams or to none', async () => {
      const [a, b] = [fresh('task'), fresh('task')];
      const both = (expectedB: number) => ({
        commandId: fresh('command'),
        meta: testMeta,
        writes: [
          { stream: a, expectedVersion: 0, events: [noted('a')] },
          { stream: b, expectedVersion: expectedB, events: [noted('b1'), noted('b2')] },
        ],
      });
      expect(await store.append(both(4))).toEqual({ status: 'conflict', stream: b, expected: 4, actual: 0 });
      expect(await store.readStream(a)).toEqual([]);
      expect(await store.append(both(0))).toMatchObject({ status: 'appended', versions: { [a]: 1, [b]: 2 } });
    });

    it('lets exactly one of many writers through at one version', async () => {
      const stream = fresh('task');
      const attempts = Array.from({ length: 20 }, (_, index) => store.append(appendOf(stream, 0, [noted(`${index}`)])));
      const results = await Promise.all(attempts);
      expect(results.filter(({ status }) => status === 'appended')).toHaveLength(1);
      expect(results.filter(({ status }) => status === 'conflict')).toHaveLength(19);
      expect(await store.readStream(stream)).toHaveLength(1);
    });

    it('reads pages that join without a gap or an overlap', async () => {
      const stream = fresh('task');
      const { position } = await store.head();
      await store.append(
        appendOf(
          stream,
          0,
          Array.from({ length: 25 }, (_, index) => noted(`${index}`)),
        ),
      );
      const pages = [];
      for (let after = position; after < position + 25; after += 10)
        pages.push(...(await store.readAll({ after, limit: 10 })));
      expect(pages.map((event) => event.position)).toEqual(
        Array.from({ length: 25 }, (_, index) => position + 1 + index),
      );
      const middle = await store.readStream(stream, { fromVersion: 11, limit: 5 });
      expect(middle.map(({ version }) => version)).toEqual([11, 12, 13, 14, 15]);
      expect(await store.readAll({ after: position + 25, limit: 10 })).toEqual([]);
      expect(await store.readStream(fresh('nothing'))).toEqual([]);
    });

    it('refuses what does not fit its schema and writes nothing of it', async () => {
      const stream = fresh('task');
      const { position } = await store.head();
      const refusal = (type: string, data: unknown) =>
        store.append(appendOf(stream, 0, [noted('fine'), { type, data }]));
      await expect(refusal('Unheard', {})).rejects.toMatchObject({
        code: 'EVENT_TYPE_UNKNOWN',
        details: { type: 'Unheard' },
      });
      await expect(refusal('constructor', {})).rejects.toMatchObject({ code: 'EVENT_TYPE_UNKNOWN' });
      await expect(refusal('Noted', { text: 7 })).rejects.toMatchObject({ code: 'EVENT_DATA_INVALID' });
      await expect(
        store.append({ ...appendOf(stream, 0, [noted('fine')]), commandId: 'nul \u0000' }),
      ).rejects.toMatchObject({
        code: 'APPEND_INVALID',
        details: { problems: [{ path: 'commandId', message: 'holds a NUL or half a character' }] },
      });
      await expect(refusal('Noted', { text: 'x'.repeat(600_000) })).rejects.toMatchObject({ code: 'APPEND_TOO_LARGE' });
      await expect(store.append(appendOf(stream, 0, []))).rejects.toMatchObject({ code: 'APPEND_INVALID' });
      const twice = { stream, expectedVersion: 0, events: [noted('a')] };
      await expect(store.append({ commandId: 'c', meta: testMeta, writes: [twice, twice] })).rejects.toMatchObject({
        code: 'APPEND_INVALID',
      });
      expect(await store.head()).toMatchObject({ position });
    });

    it('takes an event on no stream but those of its category, so that the name of a stream says what is on it', async () => {
      const { position } = await store.head();
      const queued = { type: 'TaskQueued', data: {} };
      await expect(store.append(appendOf(fresh('review'), 0, [noted('fine'), queued]))).rejects.toMatchObject({
        code: 'APPEND_INVALID',
        details: {
          problems: [
            { path: 'writes.0.events.1.type', message: 'TaskQueued belongs on a stream of the category task' },
          ],
        },
      });
      expect(await store.head()).toMatchObject({ position });
    });

    it('takes text that no database would, with U+FFFD for what is broken, and knows it again', async () => {
      const stream = fresh('task');
      const texts = ['nul \u0000', 'half \ud83d', '\ude80 other half', '🚀 whole', 'an escaped \\u0000'];
      const kept = ['nul \ufffd', 'half \ufffd', '\ufffd other half', '🚀 whole', 'an escaped \\u0000'];
      const append = appendOf(stream, 0, texts.map(noted));
      await store.append(append);
      expect((await store.readStream(stream)).map(({ data }) => data)).toEqual(kept.map((text) => ({ text })));
      expect(await store.append(append)).toMatchObject({ status: 'appended', duplicate: true });
    });

    it('keeps the schema version of each event and lifts old ones when they are read', async () => {
      const stream = fresh('task');
      await store.append(appendOf(stream, 0, [noted('old')]));
      registry = current;
      try {
        await store.append(appendOf(stream, 1, [{ type: 'Noted', data: { text: 'new', tags: ['t'] } }]));
        expect((await store.readStream(stream)).map(({ schemaVersion, data }) => [schemaVersion, data])).toEqual([
          [2, { text: 'old', tags: [] }],
          [2, { text: 'new', tags: ['t'] }],
        ]);
        registry = released;
        await expect(store.readStream(stream)).rejects.toMatchObject({ code: 'EVENT_VERSION_UNKNOWN' });
      } finally {
        registry = released;
      }
    });

    it('rings after an append, and not after unsubscribing', async () => {
      const heard: number[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      const unsubscribe = store.onHead((position) => {
        heard.push(position);
        resolve();
      });
      const result = await store.append(appendOf(fresh('task'), 0, [noted('one')]));
      await promise;
      unsubscribe();
      const last = result.status === 'appended' ? result.lastPosition : 0;
      expect(heard.at(-1)).toBe(last);
      const before = heard.length;
      await store.append(appendOf(fresh('task'), 0, [noted('two')]));
      expect(heard).toHaveLength(before);
    });
  });
}
