import type { RecordedEvent } from '@claude-codex/contracts';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { openOurStore, realEvents } from './ours.ts';

const SLICE = 20_000;

/** Fills a log with histories of real work, each with workspaces and ids of its own. Gives how many events there are. */
export async function fillLog(connectionString: string, events: number): Promise<number> {
  const { store, close } = openOurStore(connectionString, realEvents());
  try {
    for (let seed = 1; ; seed += 1) {
      const { position } = await store.head();
      if (position >= events) return position;
      const history = ownIds(generateFlow(Math.min(SLICE, events - position + 200), seededChooser(seed)), seed);
      // One stream's events of a slice in order: a thousand at a time is what the queue takes.
      for (let from = 0; from < history.length; from += 1_000) {
        await Promise.all(
          history.slice(from, from + 1_000).map(({ stream, type, data, meta: { commandId, ...meta } }) => {
            const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
            return store.append({ commandId: `${seed}-${commandId}`, meta, writes });
          }),
        );
      }
    }
  } finally {
    await close();
  }
}

/** Generated ids count from one in every history; here each gets numbers of its own. */
function ownIds(history: RecordedEvent[], seed: number): RecordedEvent[] {
  const prefix = `01${String(seed).padStart(6, '0')}`;
  return JSON.parse(JSON.stringify(history).replaceAll(/\b01\d{6}(\d{18})\b/g, `${prefix}$1`)) as RecordedEvent[];
}
