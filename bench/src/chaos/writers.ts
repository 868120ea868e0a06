import { type AppendRequest, streamOf } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
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

/** Of so many new tasks one is executed. */
const EXECUTED = 20;
/** A repository is connected so often. */
const CONNECT_MS = 2_000;
/** So that a browser that comes back has less to catch up with than makes it load the page anew. */
const PAUSE_MS = 60;

const REPOSITORY = {
  name: 'shop',
  baseBranch: null,
  checkCommand: null,
  requireGreen: false,
  followThrough: FOLLOW_THROUGH,
  sendsThreads: true,
  issues: ISSUE_SETTINGS,
  defaultBranch: 'main',
};

/**
 * Writers that create tasks, change them by version, have some of them executed and fight over a few hot ones; one that
 * connects `repository`, a path, again and again.
 */
export async function runWriters(
  { store, workspaceId }: Pick<System, 'store' | 'workspaceId'>,
  { writers, hot, repository }: { writers: number; hot: readonly string[]; repository: string },
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

  function connect(id: string): Promise<void> {
    const data = { ...REPOSITORY, source: { kind: 'path', path: repository } };
    const stream = streamOf('repository', id);
    return append([{ stream, expectedVersion: 0, events: [{ type: 'RepositoryConnected', data }] }]);
  }

  await connect(repositoryId);
  for (const [index, stream] of hot.entries()) {
    await append([{ stream, expectedVersion: 0, events: [created(index + 1)] }]);
  }

  async function writer(index: number): Promise<void> {
    for (let round = 0; !stopping; round += 1) {
      const stream = streamOf('task', newId());
      await append([{ stream, expectedVersion: 0, events: [created(1_000 + index * 100_000 + round)] }]);
      await append([{ stream, expectedVersion: 1, events: [labelled('one'), labelled('two')] }]);
      if (round % EXECUTED === 0)
        await append([{ stream, expectedVersion: 3, events: [{ type: 'TaskQueued', data: {} }] }]);
      const target = hot[(index + round) % hot.length] ?? stream;
      await append([{ stream: target, expectedVersion: 'any', events: [labelled(`${index}-${round}`)] }]);
      // Mostly a conflict: somebody else was there first.
      await append([{ stream: target, expectedVersion: round, events: [labelled('by version')] }]);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  async function connector(): Promise<void> {
    while (!stopping) {
      await new Promise((resolve) => setTimeout(resolve, CONNECT_MS));
      await connect(newId());
    }
  }
  const running = Promise.all([connector(), ...Array.from({ length: writers }, (_, index) => writer(index))]);

  return {
    progress: () => `${acknowledged.length} acknowledged, ${unknown} unknown outcomes, ${conflicts.size} conflicts`,
    async stop() {
      stopping = true;
      await running;
      return { acknowledged, unknown, conflicts };
    },
  };
}
