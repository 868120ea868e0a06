import type { NewEvent } from '@claude-codex/contracts/envelope';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decider } from '../decider.ts';
import type { EventStore } from '../event-store.ts';
import { handleCommand } from '../handle-command.ts';
import { loadState } from '../load-state.ts';
import { anyEvent, type SchemaRegistry } from '../schema-registry.ts';
import { SNAPSHOT_EVERY } from '../snapshots.ts';
import { appendOf, fresh, testMeta } from './append-request.ts';
import type { EventStoreUnderTest } from './event-store.contract.ts';

type Added = NewEvent<'Added', { amount: number }>;
type Sum = { total: number; largest: { amount: number } | null };

/** Adds up to 10,000 and then refuses. */
function sumOf(schemaVersion: number | null): Decider<Sum, number, Added> {
  return {
    initialState: { total: 0, largest: null },
    evolve: ({ total, largest }, { data }) => ({
      total: total + data.amount,
      largest: largest === null || data.amount > largest.amount ? { amount: data.amount } : largest,
    }),
    decide(amount, { total }) {
      if (total + amount > 10_000) throw new Error('too much');
      return [{ type: 'Added', data: { amount } }];
    },
    ...(schemaVersion === null ? {} : { snapshot: { schemaVersion } }),
  };
}

/** Counts what is read of streams. */
function counting(store: EventStore): { store: EventStore; read: () => number } {
  let events = 0;
  return {
    store: {
      ...store,
      async readStream(stream, options) {
        const page = await store.readStream(stream, options);
        events += page.length;
        return page;
      },
      async load(stream, schemaVersion, commandId) {
        const loaded = await store.load(stream, schemaVersion, commandId);
        events += loaded.events.length;
        return loaded;
      },
    },
    read: () => events,
  };
}

/** What every store does with snapshots: a long stream is read in part, and the result is that of reading all of it. */
export function snapshotsContract(
  name: string,
  open: (registry: SchemaRegistry) => Promise<EventStoreUnderTest>,
): void {
  describe(`snapshots: ${name}`, () => {
    let under: EventStoreUnderTest;
    beforeAll(async () => {
      under = await open(anyEvent);
    });
    afterAll(() => under.close());

    /** A stream of `length` events of 1, the first by the command `first`. */
    async function streamOf(length: number, first = fresh('command')): Promise<string> {
      const stream = fresh('sum');
      const added = (count: number) => Array.from({ length: count }, () => ({ type: 'Added', data: { amount: 1 } }));
      await under.store.append(appendOf(stream, 0, added(1), first));
      for (let version = 1; version < length; version += 100) {
        await under.store.append(appendOf(stream, version, added(Math.min(100, length - version))));
      }
      return stream;
    }

    /** Adds to the stream as the shape `schemaVersion`. Gives how many events that took, and the state afterwards. */
    async function add(stream: string, schemaVersion: number | null, amount = 1, commandId = fresh('command')) {
      const counted = counting(under.store);
      const request = { commandId, meta: testMeta, stream, decider: sumOf(schemaVersion), command: amount };
      const { state, duplicate, position } = await handleCommand(counted.store, request);
      return { read: counted.read(), total: state.total, duplicate, position };
    }

    const latest = async (stream: string, schemaVersion: number) =>
      (await under.store.load(stream, schemaVersion, null)).kept;

    /** Keeping happens behind the back of whoever asked for it. */
    async function kept(stream: string, schemaVersion: number, version: number): Promise<void> {
      await expect
        .poll(async () => (await latest(stream, schemaVersion))?.version ?? 0, { timeout: 20_000 })
        .toBeGreaterThanOrEqual(version);
    }

    it('reads a long stream once, and afterwards only what is new', async () => {
      const stream = await streamOf(SNAPSHOT_EVERY + 20);
      expect(await add(stream, 1)).toMatchObject({ read: 520, total: 521 });
      await kept(stream, 1, 520);
      expect(await add(stream, 1, 7)).toMatchObject({ read: 1, total: 528 });
      expect(await add(stream, 1)).toMatchObject({ read: 2, total: 529 });
      expect(await loadState(under.store, stream, sumOf(1))).toEqual({ total: 529, largest: { amount: 7 } });
      expect(await loadState(under.store, stream, sumOf(null))).toEqual({ total: 529, largest: { amount: 7 } });
    });

    it('keeps none of a short stream, and none for who wants none', async () => {
      const short = await streamOf(SNAPSHOT_EVERY - 1);
      const long = await streamOf(SNAPSHOT_EVERY);
      expect(await add(short, 1)).toMatchObject({ read: 499 });
      expect(await add(long, null)).toMatchObject({ read: 500 });
      expect(await add(long, null)).toMatchObject({ read: 501 });
      expect(await latest(short, 1)).toBeNull();
      expect(await latest(long, 1)).toBeNull();
    });

    it('ignores a snapshot of another shape, and replaces an older one', async () => {
      const stream = await streamOf(SNAPSHOT_EVERY);
      under.store.snapshots.keep(stream, 1, { version: 400, state: { total: -1, largest: null } });
      await kept(stream, 1, 400);
      expect(await add(stream, 2)).toMatchObject({ read: 500, total: 501 });
      await kept(stream, 2, 500);
      await expect.poll(() => latest(stream, 1)).toBeNull();
      expect(await add(stream, 2)).toMatchObject({ read: 1, total: 502 });
      // The release before still runs somewhere: it reads all, and is right too.
      expect(await add(stream, 1)).toMatchObject({ read: 502, total: 503 });
    });

    it('does not go back to an older snapshot', async () => {
      const stream = await streamOf(SNAPSHOT_EVERY);
      await add(stream, 1);
      await kept(stream, 1, 500);
      under.store.snapshots.keep(stream, 1, { version: 10, state: { total: 10, largest: { amount: 1 } } });
      under.store.snapshots.keep(stream, 1, { version: 501, state: { total: 501, largest: { amount: 1 } } });
      await kept(stream, 1, 501);
      expect(await latest(stream, 1)).toMatchObject({ version: 501 });
    });

    it('gives none that is ahead of its stream, or of a stream that is not there', async () => {
      const stream = await streamOf(3);
      const nowhere = fresh('sum');
      under.store.snapshots.keep(stream, 1, { version: 4, state: { total: 99, largest: null } });
      under.store.snapshots.keep(nowhere, 1, { version: 1, state: { total: 99, largest: null } });
      under.store.snapshots.keep(stream, 2, { version: 3, state: { total: 3, largest: { amount: 1 } } });
      await kept(stream, 2, 3);
      expect(await latest(stream, 1)).toBeNull();
      expect(await latest(nowhere, 1)).toBeNull();
    });

    it('gives the events that a large snapshot leaves no room for', async () => {
      const stream = await streamOf(3);
      const large = 'x'.repeat(500_000);
      await under.store.append(appendOf(stream, 3, [{ type: 'Said', data: { large } }]));
      await under.store.append(appendOf(stream, 4, [{ type: 'Said', data: { large: 'small' } }]));
      under.store.snapshots.keep(stream, 1, { version: 3, state: { large } });
      await kept(stream, 1, 3);
      const { kept: snapshot, events } = await under.store.load(stream, 1, null);
      expect(snapshot).toMatchObject({ version: 3, state: { large } });
      expect(events.map(({ version }) => version)).toEqual([4, 5]);
    });

    it('answers a repeated command from before the snapshot, although it would now be refused', async () => {
      const once = fresh('command');
      const stream = await streamOf(SNAPSHOT_EVERY, once);
      await add(stream, 1, 9_000);
      await kept(stream, 1, 500);
      await expect(add(stream, 1, 9_000)).rejects.toThrow('too much');
      const again = await add(stream, 1, 9_000, once);
      const [first] = await under.store.readStream(stream, { limit: 1 });
      expect(again).toMatchObject({ duplicate: true, position: first?.position, read: 501 });
    });
  });
}
