import { idOf, type RecordedEvent } from '@claude-codex/contracts';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { openOurStore, realEvents } from './ours.ts';

const SLICE = 20_000;
/** Workspaces of the whole log: each is as old as the log, as on a server that a few teams share. */
const TEAMS = 4;

/** Fills a log with histories of real work, each with ids of its own. Gives how many events there are. */
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

/** At least so many events of histories that no other seed has. */
export function historiesOf(seed: number, atLeast: number): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (let next = seed; events.length < atLeast; next += 1) {
    events.push(...ownIds(generateFlow(SLICE, seededChooser(next)), next));
  }
  return events;
}

/** Generated ids count from one in every history; here each gets numbers of its own, but for the workspaces. */
function ownIds(history: RecordedEvent[], seed: number): RecordedEvent[] {
  const prefix = `01${String(seed).padStart(6, '0')}`;
  const workspaces = history.filter(({ type }) => type === 'WorkspaceCreated').map(({ stream }) => idOf(stream));
  const teams = new Map(workspaces.map((id, index) => [id, `01999999${String(index % TEAMS).padStart(18, '0')}`]));
  return JSON.parse(
    JSON.stringify(history).replaceAll(
      /\b01\d{6}(\d{18})\b/g,
      (id: string, rest: string) => teams.get(id) ?? `${prefix}${rest}`,
    ),
  ) as RecordedEvent[];
}
