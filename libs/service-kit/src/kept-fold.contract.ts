import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@claude-codex/contracts';
import {
  type Clock,
  createMemoryEventStore,
  type EventStore,
  type FollowedLog,
  type Log,
} from '@claude-codex/eventing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { silentLog } from '@claude-codex/testing/silent-log';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { newId } from './ids.ts';

/** Where a fold is followed, as its service does it. */
export interface FoldPlace {
  readonly store: EventStore;
  readonly root: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface KeptFoldUnderTest {
  /** Its file, below `root`. */
  readonly file: string;
  /** `known` is all of the fold, as it would be kept. */
  follow(place: FoldPlace): Promise<FollowedLog & { readonly known: () => { readonly position: number } }>;
}

/** What holds for everything a service knows of the log and keeps for its next start. */
export function keptFoldContract(name: string, { file, follow }: KeptFoldUnderTest): void {
  describe(`what is kept: ${name}`, () => {
    let root: string;
    let path: string;
    let store: EventStore;
    const following: FollowedLog[] = [];

    beforeEach(async () => {
      root = mkdtempSync(join(tmpdir(), 'codex-kept-'));
      path = join(root, file);
      store = createMemoryEventStore();
      await append(generateFlow(500, seededChooser(3)));
    });
    afterEach(async () => {
      for (const one of following.splice(0)) await one.stop();
      rmSync(root, { recursive: true, force: true });
    });

    async function append(events: readonly RecordedEvent[]): Promise<void> {
      for (const { stream, type, data, meta } of events) {
        const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
        await store.append({ commandId: newId(), meta, writes });
      }
    }

    async function start(from: EventStore = store) {
      const readAfter: number[] = [];
      const counted: EventStore = {
        ...from,
        readAll(options) {
          if (options.limit > 1) readAfter.push(options.after);
          return from.readAll(options);
        },
      };
      const followed = await follow({ store: counted, root, clock: systemClock, log: silentLog });
      following.push(followed);
      await followed.caughtUp();
      return { stop: followed.stop, caughtUp: followed.caughtUp, began: readAfter[0], known: knownBy(followed) };
    }

    const knownBy = ({ known }: Awaited<ReturnType<typeof follow>>) => structuredClone(known());

    it('is where the next one goes on, and what it then knows is what the log says', async () => {
      const first = await start();
      expect(first.began).toBe(0);
      await first.stop();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      await append(generateFlow(50, seededChooser(6)));
      const second = await start();
      expect(second.began).toBe(first.known.position);
      rmSync(path);
      const anew = await start();
      expect(anew.began).toBe(0);
      expect(second.known).toEqual(anew.known);
    });

    it('is the same for whoever goes on from it at any place of the log', async () => {
      for (const seed of [11, 12, 13, 14]) {
        store = createMemoryEventStore();
        rmSync(path, { force: true });
        const history = generateFlow(600, seededChooser(seed));
        for (let from = 0; from < history.length; from += 90) {
          await append(history.slice(from, from + 90));
          await (await start()).stop();
        }
        const { known } = await start();
        rmSync(path);
        expect(known).toEqual((await start()).known);
      }
    });

    /** A backup that was put back, and then other things happened: the log has its old name and other events. */
    const otherHistory = async () => {
      const { epoch } = await store.head();
      store = createMemoryEventStore();
      const { head, readAll } = store;
      store = {
        ...store,
        head: async () => ({ ...(await head()), epoch }),
        readAll: async (options) => (await readAll(options)).map((one) => ({ ...one, eventId: `x${one.eventId}` })),
      };
      await append(generateFlow(700, seededChooser(7)));
    };
    const changeFile = (change: (text: string) => string) => async () =>
      writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');

    it.each<[string, () => Promise<void>]>([
      ['empty', changeFile(() => '')],
      ['cut short', changeFile((text) => text.slice(0, -1))],
      ['changed in one place', changeFile((text) => `${text.slice(0, -5)}!${text.slice(-4)}`)],
      ['without its first line', changeFile((text) => text.slice(text.indexOf('\n')))],
      ['of another shape', changeFile((text) => text.replace('"shape":', '"shape":9'))],
      ['of another log', changeFile((text) => text.replace('"epoch":"', '"epoch":"x'))],
      ['of another history of the same name', otherHistory],
      [
        'ahead of the log',
        async () => {
          const { epoch } = await store.head();
          store = createMemoryEventStore();
          const { head } = store;
          store = { ...store, head: async () => ({ ...(await head()), epoch }) };
          await append(generateFlow(20, seededChooser(5)));
        },
      ],
    ])('is not used when it is %s', async (_, spoil) => {
      await (await start()).stop();
      await spoil();
      const kept = readFileSync(path);
      const next = await start();
      expect(next.began).toBe(0);
      expect(readFileSync(path)).toEqual(kept);
      await next.stop();
      expect((await start()).began).toBe(next.known.position);
    });

    it('is written from time to time, for a process that is killed', async () => {
      const first = await start();
      await append(generateFlow(20_000, seededChooser(8)).slice(0, 6_000));
      await waitFor('the file', async () => statSync(path, { throwIfNoEntry: false }) ?? null);
      await first.caughtUp();
      expect((await start()).began).toBeGreaterThan(first.known.position);
    });

    it('is not written again when nothing was added', async () => {
      await (await start()).stop();
      const { mtimeNs, ino } = statSync(path, { bigint: true });
      await (await start()).stop();
      expect(statSync(path, { bigint: true })).toMatchObject({ mtimeNs, ino });
    });

    it('that cannot be written keeps nobody from stopping', async () => {
      const { stop } = await start();
      rmSync(root, { recursive: true });
      writeFileSync(root, 'no directory');
      await stop();
    });

    it('waits for a store that is away at the start, and asks it nothing when it stops', async () => {
      await (await start()).stop();
      const { position } = await store.head();
      await append(generateFlow(20, seededChooser(9)));
      let isAway = true;
      const refuse = () => Promise.reject(new Error('the store is away'));
      const flaky: EventStore = {
        ...store,
        head: () => (isAway ? refuse() : store.head()),
        readAll: (options) => (isAway ? refuse() : store.readAll(options)),
      };
      const waiting = follow({ store: flaky, root, clock: systemClock, log: silentLog });
      await new Promise((resolve) => setTimeout(resolve, 50));
      isAway = false;
      const followed = await waiting;
      following.push(followed);
      await followed.caughtUp();
      expect(followed.known().position).toBeGreaterThan(position);
      isAway = true;
      await followed.stop();
      expect((await start()).began).toBe(followed.known().position);
    });
  });
}
