import { join } from 'node:path';
import type { BlobsEnv } from '../blobs/open-blobs.ts';
import type { BlobStore } from '../blobs.ts';
import type { Journal } from '../journal.ts';
import type { NatsBus } from '../nats/nats-bus.ts';
import { createBusJournal } from './bus-journal.ts';
import { createDirectoryJournal } from './directory-journal.ts';
import { createJournalOfBoth } from './journal-of-both.ts';
import { openJournalStream } from './journal-stream.ts';
import type { SegmentIndex } from './kept-segments.ts';

interface Shared {
  readonly bus: Pick<NatsBus, 'connection'>;
  readonly blobs: BlobStore;
  readonly index: SegmentIndex;
  readonly dataDir: string;
}

/** For a manager: into the directory it shares with its server, or on the bus where it shares none. */
export async function openWritersJournal(env: BlobsEnv, shared: Shared): Promise<Journal> {
  const sharesDirectory = env.CODEX_BLOBS === undefined || env.CODEX_BLOBS.startsWith('/');
  return sharesDirectory ? inDirectory(shared) : onBus(shared);
}

/** For whoever shows them: of every host, wherever its managers write. */
export async function openReadersJournal(shared: Shared): Promise<Journal> {
  return createJournalOfBoth(inDirectory(shared), await onBus(shared));
}

function inDirectory({ dataDir }: Shared): Journal {
  return createDirectoryJournal(join(dataDir, 'journals'));
}

async function onBus({ bus, blobs, index }: Shared): Promise<Journal> {
  const { jetstreamManager } = await import('@nats-io/jetstream');
  return createBusJournal({ stream: await openJournalStream(await jetstreamManager(bus.connection)), blobs, index });
}
