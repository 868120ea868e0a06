import { loadavg } from 'node:os';
import { streamOf } from '@claude-codex/contracts/ids';
import { newId } from '@claude-codex/service-kit/ids';
import { type System, startSystem } from '../../system/system.ts';
import { type LoadResult, percentiles } from '../append-load.ts';
import { fillWorkspace } from '../fill-workspace.ts';
import type { Row } from '../row.ts';

const ASKS = 200;
const REPLAYED = 1_000;

/** What one append, board, task page and replay cost at a hundredth, a tenth and all of the data, one at a time. */
export async function measureGrowth({ tasks }: { tasks: number }, say: (row: Row) => void): Promise<void> {
  const system = await startSystem({ stores: 1, patient: true, gateway: { LOG_LEVEL: 'info' } });
  try {
    const taskIds: string[] = [];
    for (const size of [tasks / 100, tasks / 10, tasks].map(Math.ceil)) {
      const { workspaceId } = system;
      const more = { workspaceId, tasks: size - taskIds.length, firstNumber: taskIds.length + 1 };
      const filled = await fillWorkspace(system.store, more);
      taskIds.push(...filled.taskIds);
      const at = await shown(system, filled.position);
      const measures: [string, number, (nth: number) => Promise<void>][] = [
        ['append, one caller', ASKS, (nth) => append(system, taskIds[nth % taskIds.length] ?? '')],
        // Another question each time, so that no answer is ready.
        ['board, not ready', ASKS, (nth) => get(system, `/api/board?perColumn=${100 + nth}`)],
        ['task page, not ready', ASKS, (nth) => get(system, `/api/tasks/${taskIds[nth % taskIds.length]}`)],
        [`replay of ${REPLAYED} positions`, 20, () => replay(system, at)],
      ];
      for (const [what, asks, work] of measures) {
        const note = `load ${loadavg()[0]?.toFixed(1)}`;
        const guarantees = 'grows no faster than the depth of an index';
        const name = `${size.toLocaleString('en')} tasks, ${filled.position.toLocaleString('en')} events`;
        say({ workload: `growth: ${what}`, name, runs: [await timed(asks, work)], unit: 'a second', guarantees, note });
      }
    }
  } finally {
    await system.stop();
  }
}

async function timed(asks: number, work: (nth: number) => Promise<void>): Promise<LoadResult> {
  const times: number[] = [];
  const started = performance.now();
  for (let nth = 0; nth < asks; nth += 1) {
    const before = performance.now();
    await work(nth);
    times.push(performance.now() - before);
  }
  const perSecond = (asks / (performance.now() - started)) * 1_000;
  times.sort((a, b) => a - b);
  return { count: asks, perSecond, ...percentiles(times) };
}

async function append({ store, workspaceId }: System, taskId: string): Promise<void> {
  const commandId = newId();
  const actor = { kind: 'person' as const, id: 'ada' };
  const meta = { actor, causedBy: null, correlationId: 'bench', causationId: null, workspaceId };
  const events = [{ type: 'TaskLabelled', data: { labels: [commandId] } }];
  const writes = [{ stream: streamOf('task', taskId), expectedVersion: 'any' as const, events }];
  const result = await store.append({ commandId, meta, writes });
  if (result.status !== 'appended') throw new Error(`append answered ${result.status}`);
}

async function get({ address, headers }: System, path: string): Promise<void> {
  const response = await fetch(address + path, { headers: { ...headers, 'accept-encoding': 'identity' } });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
}

interface At {
  epoch: string;
  position: number;
}

/** Connects a thousand positions back, and reads until it is where the board was. */
async function replay({ address, headers }: System, { epoch, position }: At): Promise<void> {
  const stop = new AbortController();
  const from = Math.max(position - REPLAYED, 0);
  const url = `${address}/api/stream?after=${epoch}-${from}`;
  const response = await fetch(url, { headers, signal: stop.signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const last = text.lastIndexOf(`id: ${epoch}-`);
    if (Number(/-(\d+)\n/.exec(text.slice(last))?.[1] ?? 0) >= position) break;
  }
  stop.abort();
}

/** Waits until the read models have everything; gives where they are then. */
async function shown({ address, headers }: System, position: number): Promise<At> {
  for (;;) {
    const response = await fetch(`${address}/api/board?perColumn=1`, { headers });
    const board = (await response.json()) as At;
    if (board.position >= position) return board;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
