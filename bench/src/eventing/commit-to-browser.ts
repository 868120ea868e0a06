import { idOf, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain/workflows/built-in';
import { newId } from '@claude-codex/service-kit/ids';
import { openSse } from '../system/sse-client.ts';
import { startSystem } from '../system/system.ts';
import { type LoadResult, percentiles } from './append-load.ts';

/** Real processes over NATS: from asking for an append until the event stands in a browser's stream. */
export async function commitToBrowser(perSecond: number, ms: number): Promise<LoadResult> {
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
    });
    const arrived = new Map<number, number>();
    const client = openSse(`${system.address}/api/tasks/${idOf(stream)}/stream`, system.headers, ({ event, data }) => {
      if (event === 'event') arrived.set((data as { position: number }).position, performance.now());
    });
    while (client.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
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
    const times = [...committed]
      .flatMap(([position, at]) => Math.max((arrived.get(position) ?? Number.NaN) - at, 0))
      .filter((time) => !Number.isNaN(time))
      .sort((a, b) => a - b);
    if (times.length < committed.size) throw new Error(`${committed.size - times.length} events never arrived`);
    return { count: times.length, perSecond: (times.length / ms) * 1_000, ...percentiles(times) };
  } finally {
    await system.stop();
  }
}
