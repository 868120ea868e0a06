import { idOf, streamOf } from '@claude-codex/contracts';
import { subjects, UI_PROJECTIONS } from '@claude-codex/contracts/subjects';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain/workflows/built-in';
import type { Bus } from '@claude-codex/service-kit/bus';
import { newId } from '@claude-codex/service-kit/ids';
import { openSse } from '../system/sse-client.ts';
import { startSystem } from '../system/system.ts';
import { type LoadResult, percentiles } from './append-load.ts';

export interface WayToBrowser extends LoadResult {
  /** Until every read model a browser reads has the event: of half of them at most so many milliseconds. */
  readModelsP50: number;
}

/** Real processes over NATS: from the answer to an append until the event stands in a browser's stream. */
export async function commitToBrowser(perSecond: number, ms: number): Promise<WayToBrowser> {
  const system = await startSystem({ stores: 1 });
  try {
    const stream = streamOf('task', newId());
    const meta = {
      actor: { kind: 'person' as const, id: 'ada' },
      causedBy: null,
      correlationId: 'bench',
      causationId: null,
      workspaceId: system.workspaceId,
    };
    const append = (type: string, data: unknown) =>
      system.store.append({
        commandId: newId(),
        meta,
        writes: [{ stream, expectedVersion: 'any', events: [{ type, data }] }],
      });
    await append('TaskCreated', {
      number: 1,
      title: 'Measured',
      description: '',
      taskType: 'feature',
      priority: 'normal',
      labels: [],
      repositoryId: newId(),
      baseBranch: 'main',
      model: null,
      workflow: BUILT_IN_WORKFLOWS[0],
      origin: null,
    });
    const arrived = new Map<number, number>();
    const client = openSse(`${system.address}/api/tasks/${idOf(stream)}/stream`, system.headers, ({ event, data }) => {
      if (event === 'event') arrived.set((data as { position: number }).position, performance.now());
    });
    while (client.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const shown = readModelTimes(system.bus);
    const committed = new Map<number, number>();
    const asked: Promise<void>[] = [];
    const started = performance.now();
    for (let nth = 0; performance.now() - started < ms; nth += 1) {
      asked.push(
        append('TaskLabelled', { labels: [`${nth}`] }).then((result) => {
          if (result.status === 'appended') committed.set(result.lastPosition, performance.now());
        }),
      );
      const due = started + ((nth + 1) * 1_000) / perSecond;
      await new Promise((resolve) => setTimeout(resolve, Math.max(due - performance.now(), 0)));
    }
    await Promise.all(asked);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await client.stop();
    const times = sinceCommitted(committed, (position) => arrived.get(position));
    if (times.length < committed.size) throw new Error(`${committed.size - times.length} events never arrived`);
    const { p50: readModelsP50 } = percentiles(sinceCommitted(committed, shown));
    return { count: times.length, perSecond: (times.length / ms) * 1_000, ...percentiles(times), readModelsP50 };
  } finally {
    await system.stop();
  }
}

/** Sorted milliseconds. */
function sinceCommitted(
  committed: ReadonlyMap<number, number>,
  when: (position: number) => number | undefined,
): number[] {
  const times = [...committed].flatMap(([position, at]) => {
    const then = when(position);
    return then === undefined ? [] : [Math.max(then - at, 0)];
  });
  return times.sort((a, b) => a - b);
}

/** Listens to the doorbells of the read models; tells when all of them had passed a position. */
function readModelTimes(bus: Bus): (position: number) => number | undefined {
  const passed = new Map<string, number>(UI_PROJECTIONS.map((name) => [name, 0]));
  const moves: { position: number; at: number }[] = [];
  for (const name of UI_PROJECTIONS) {
    bus.subscribe(subjects.projection(name), (payload) => {
      const { position } = JSON.parse(new TextDecoder().decode(payload)) as { position: number };
      passed.set(name, position);
      moves.push({ position: Math.min(...passed.values()), at: performance.now() });
    });
  }
  return (position) => moves.find((move) => move.position >= position)?.at;
}
