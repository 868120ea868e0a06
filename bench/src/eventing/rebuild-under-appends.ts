import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { type LoadResult, percentiles } from './append-load.ts';
import { historiesOf } from './fill-log.ts';
import { openOurStore, realEvents } from './ours.ts';

export interface UnderAppends {
  events: number;
  perSecond: number;
  /** Appends at the same pace, without and with a rebuild going on. */
  before: LoadResult;
  during: LoadResult;
  /** How often the live read model was looked at, and how often it had gone back. */
  looks: number;
  wentBack: number;
}

const BEFORE_MS = 10_000;
const MOST_APPENDS = 40_000;

/**
 * Rebuilds the real `tasks` read model in a process of its own while `pace` events a second are appended and a reader
 * watches the live one.
 */
export async function rebuildUnderAppends(connectionString: string, pace: number): Promise<UnderAppends> {
  const projector = spawn(process.execPath, [join(import.meta.dirname, 'projector-process.ts'), connectionString], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = createInterface({ input: projector.stdout })[Symbol.asyncIterator]();
  const { store, close } = openOurStore(connectionString, realEvents());
  const reader = createPool({ connectionString, name: 'bench-reader', role: 'codex_gateway' });
  try {
    await said.next();
    const seed = 500_000 + Math.floor(Math.random() * 400_000);
    // Made beforehand: making them takes longer than appending them.
    const events = historiesOf(seed, MOST_APPENDS).values();
    const append = async (): Promise<void> => {
      const { value: event } = events.next();
      if (event === undefined) throw new Error(`the rebuild took longer than ${MOST_APPENDS} appends`);
      const { stream, type, data, meta } = event;
      const { commandId, ...rest } = meta;
      const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
      await store.append({ commandId: `${seed}-${commandId}`, meta: rest, writes });
    };
    const before = await paced(pace, append, (elapsed) => elapsed < BEFORE_MS);
    let rebuilding = true;
    const watching = watch(reader, () => rebuilding);
    const during = paced(pace, append, () => rebuilding);
    projector.stdin.write('build\n');
    const { value } = await said.next();
    rebuilding = false;
    const { seconds, position } = JSON.parse(value as string) as { seconds: number; position: number };
    return {
      events: position,
      perSecond: position / seconds,
      before,
      during: await during,
      ...(await watching),
    };
  } finally {
    projector.stdin.end();
    await once(projector, 'exit');
    await reader.end();
    await close();
  }
}

/** Asks `pace` times a second, whether or not what was asked before is done: waiting would hide a stall. */
async function paced(
  pace: number,
  work: () => Promise<void>,
  goesOn: (elapsedMs: number) => boolean,
): Promise<LoadResult> {
  const times: number[] = [];
  const asked: Promise<void>[] = [];
  const started = performance.now();
  for (let nth = 0; goesOn(performance.now() - started); nth += 1) {
    const due = started + (nth * 1_000) / pace;
    await new Promise((resolve) => setTimeout(resolve, Math.max(due - performance.now(), 0)));
    asked.push(work().then(() => void times.push(performance.now() - due)));
  }
  await Promise.all(asked);
  const perSecond = (times.length / (performance.now() - started)) * 1_000;
  times.sort((a, b) => a - b);
  return { count: times.length, perSecond, ...percentiles(times) };
}

/** A task's row never goes away, so neither the position nor the number of tasks may ever become less. */
async function watch(reader: Pool, goesOn: () => boolean): Promise<{ looks: number; wentBack: number }> {
  let [looks, wentBack, position, tasks] = [0, 0, 0, 0];
  while (goesOn()) {
    const { rows } = await reader.query<{ position: number; tasks: number }>({
      name: 'watch-tasks',
      text: `select position, (select count(*) from read.task) as tasks from read.projection
        where name = 'tasks' and status in ('live', 'paused')`,
    });
    const seen = rows[0] ?? { position: 0, tasks: 0 };
    if (seen.position < position || seen.tasks < tasks) wentBack += 1;
    ({ position, tasks } = seen);
    looks += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { looks, wentBack };
}
