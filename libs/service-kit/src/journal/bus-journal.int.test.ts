import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, natsEngine, silentLog, startTestNats, type TestNats } from '@claude-codex/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDirectoryBlobs } from '../blobs/directory-blobs.ts';
import { records } from '../journal.contract.fixture.ts';
import { journalContract } from '../journal.contract.ts';
import { connectNatsBus, type NatsBus } from '../nats/nats-bus.ts';
import { createBusJournal } from './bus-journal.ts';
import { createDirectoryJournal } from './directory-journal.ts';
import { createJournalOfBoth } from './journal-of-both.ts';
import { openJournalStream } from './journal-stream.ts';
import type { KeptSegment, SegmentIndex } from './kept-segments.ts';

describeWith(natsEngine, 'journals on the bus', () => {
  let root: string;
  let nats: TestNats;
  let bus: NatsBus;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'bus-journal-'));
    nats = await startTestNats();
    bus = await connectNatsBus({ url: nats.url, name: 'test', log: silentLog });
  });
  afterAll(async () => {
    await bus.close();
    await nats.stop();
    await rm(root, { recursive: true });
  });

  /** As the log would say it. */
  function memoryIndex(): SegmentIndex {
    const kept = new Map<string, KeptSegment[]>();
    return {
      list: async (instanceId) => [...(kept.get(instanceId) ?? [])],
      async add(instanceId, segment) {
        kept.set(instanceId, [...(kept.get(instanceId) ?? []), segment]);
      },
    };
  }

  async function open(index: SegmentIndex, segmentBytes?: number) {
    const stream = await openJournalStream(await jetstreamManager(bus.connection));
    const blobs = createDirectoryBlobs(join(root, 'blobs'));
    return createBusJournal({ stream, blobs, index, ...(segmentBytes === undefined ? {} : { segmentBytes }) });
  }

  // Each has instances of its own: one bus serves them all.
  for (const [name, segmentBytes] of [
    ['on the bus alone', undefined],
    ['put away after a few records', 500],
  ] as const) {
    journalContract(name, async () => {
      const journal = withOwnNames(await open(memoryIndex(), segmentBytes), `bus-${segmentBytes ?? 'all'}-`);
      return { journal, close: async () => undefined };
    });
  }

  journalContract('of a directory and the bus', async () => {
    const directory = join(root, 'journals');
    const journal = createJournalOfBoth(createDirectoryJournal(directory), await open(memoryIndex()));
    return { journal, close: async () => undefined };
  });

  it('is read by another process while it is written, and when its writer is gone', async () => {
    const index = memoryIndex();
    const [writer, reader] = [await open(index, 2_000), await open(index, 2_000)];
    for (let from = 1; from <= 100; from += 5) {
      await writer.append('seen', 1, records(from, from + 4));
      expect(await reader.last('seen')).toEqual({ epoch: 1, seq: from + 4 });
    }
    expect((await index.list('seen')).length).toBeGreaterThan(1);
    const lines = await reader.read('seen', { limit: 1000 });
    expect(lines.map(({ record }) => record)).toEqual(records(1, 100));
  });

  it('goes on after its writer was killed, each record once', async () => {
    const index = memoryIndex();
    await (await open(index)).append('killed', 1, records(1, 10));
    const next = await open(index);
    await next.append('killed', 1, records(5, 15));
    await next.append('killed', 2, records(1, 2));
    const places = (await next.read('killed', { limit: 100 })).map(({ epoch, record }) => `${epoch}.${record.seq}`);
    expect(places).toEqual([...records(1, 15).map(({ seq }) => `1.${seq}`), '2.1', '2.2']);
    // What the first epoch left on the bus lies among the blobs now.
    expect(await index.list('killed')).toMatchObject([{ epoch: 1, fromSeq: 1, toSeq: 15 }]);
  });

  it('leaves nothing on the bus when an agent is at its end, where the oldest makes room one day', async () => {
    const index = memoryIndex();
    const journal = await open(index);
    await journal.append('ended', 3, records(1, 4));
    await journal.finish('ended');
    expect(await index.list('ended')).toMatchObject([{ epoch: 3, fromSeq: 1, toSeq: 4 }]);
    const stream = await openJournalStream(await jetstreamManager(bus.connection));
    expect((await stream.read('ended')).lines).toEqual([]);
  });

  it('has what moved from one host to another in one order', async () => {
    const here = createDirectoryJournal(join(root, 'moved'));
    const elsewhere = await open(memoryIndex());
    const journal = createJournalOfBoth(here, elsewhere);
    await here.append('moved', 1, records(1, 3));
    await elsewhere.append('moved', 2, records(1, 2));
    await here.append('moved', 3, records(1, 1));
    const places = async (limit: number) =>
      (await journal.readBack('moved', { limit })).map(({ epoch, record }) => `${epoch}.${record.seq}`);
    expect(await places(10)).toEqual(['1.1', '1.2', '1.3', '2.1', '2.2', '3.1']);
    expect(await places(2)).toEqual(['2.2', '3.1']);
    expect(await journal.last('moved')).toEqual({ epoch: 3, seq: 1 });
  });
});

function withOwnNames(journal: Awaited<ReturnType<typeof createBusJournal>>, before: string): typeof journal {
  const named = (instanceId: string) => (instanceId.includes('/') ? instanceId : `${before}${instanceId}`);
  return {
    append: (id, epoch, lines) => journal.append(named(id), epoch, lines),
    read: (id, options) => journal.read(named(id), options),
    readBack: (id, options) => journal.readBack(named(id), options),
    last: (id) => journal.last(named(id)),
    finish: (id) => journal.finish(named(id)),
  };
}
