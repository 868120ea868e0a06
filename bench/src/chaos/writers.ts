import { type AppendRequest, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain/workflows/built-in';
import { EventStoreError } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit/ids';
import type { System } from '../system/system.ts';

/** What the store said is committed, kept outside of it. */
export interface Acknowledged {
  commandId: string;
  first: number;
  last: number;
}

export interface Written {
  acknowledged: readonly Acknowledged[];
  /** How often nobody knew whether an append had happened, and it was asked for again. */
  unknown: number;
  /** Commands that were told they came too late. */
  conflicts: ReadonlySet<string>;
}

export interface Writing {
  progress(): string;
  /** Stops, and waits until every outcome is known. */
  stop(): Promise<Written>;
}

/** So that a browser that comes back has less to catch up with than makes it load the page anew. */
const PAUSE_MS = 60;

/** Writers that create tasks, change them by version, and fight over a few hot ones. */
export async function runWriters(
  { store, workspaceId }: System,
  { writers, hot }: { writers: number; hot: readonly string[] },
): Promise<Writing> {
  const acknowledged: Acknowledged[] = [];
  const repositoryId = newId();
  let unknown = 0;
  const conflicts = new Set<string>();
  let stopping = false;

  /** Asks with the same command id until the outcome is known, as a client must. */
  async function append(writes: AppendRequest['writes']): Promise<void> {
    const commandId = newId();
    const meta = {
      actor: { kind: 'person' as const, id: 'ada' },
      causedBy: null,
      correlationId: commandId,
      causationId: null,
      workspaceId,
    };
    for (;;) {
      try {
        const result = await store.append({ commandId, meta, writes });
        if (result.status === 'appended')
          acknowledged.push({ commandId, first: result.firstPosition, last: result.lastPosition });
        else if (result.status === 'conflict') conflicts.add(commandId);
        else throw new Error(`append answered ${result.status}`);
        return;
      } catch (error) {
        if (!(error instanceof EventStoreError)) throw error;
        if (error.code !== 'EVENT_STORE_UNAVAILABLE' && error.code !== 'EVENT_STORE_OVERLOADED') throw error;
        unknown += 1;
      }
    }
  }

  const created = (number: number) => ({
    type: 'TaskCreated',
    data: {
      number,
      title: `Task ${number}`,
      description: 'Greet people by their name.',
      taskType: 'feature',
      priority: 'normal',
      labels: [],
      repositoryId,
      baseBranch: 'main',
      model: null,
      workflow: BUILT_IN_WORKFLOWS[0],
      origin: null,
    },
  });
  const labelled = (label: string) => ({ type: 'TaskLabelled', data: { labels: [label] } });

  for (const [index, stream] of hot.entries()) {
    await append([{ stream, expectedVersion: 0, events: [created(index + 1)] }]);
  }

  async function writer(index: number): Promise<void> {
    for (let round = 0; !stopping; round += 1) {
      const stream = streamOf('task', newId());
      await append([{ stream, expectedVersion: 0, events: [created(1_000 + index * 100_000 + round)] }]);
      await append([{ stream, expectedVersion: 1, events: [labelled('one'), labelled('two')] }]);
      const target = hot[(index + round) % hot.length] ?? stream;
      await append([{ stream: target, expectedVersion: 'any', events: [labelled(`${index}-${round}`)] }]);
      // Mostly a conflict: somebody else was there first.
      await append([{ stream: target, expectedVersion: round, events: [labelled('by version')] }]);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  const running = Promise.all(Array.from({ length: writers }, (_, index) => writer(index)));

  return {
    progress: () => `${acknowledged.length} acknowledged, ${unknown} unknown outcomes, ${conflicts.size} conflicts`,
    async stop() {
      stopping = true;
      await running;
      return { acknowledged, unknown, conflicts };
    },
  };
}
