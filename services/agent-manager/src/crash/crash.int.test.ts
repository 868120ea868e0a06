import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EVENT_TYPES, idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { createTask, pullRequestDecider, repositoryDecider, reviewDecider } from '@claude-codex/domain';
import {
  createSchemaRegistry,
  type Decider,
  type EventStore,
  handleCommand,
  handleTransaction,
} from '@claude-codex/eventing';
import { createInProcessBus, createLogger, newId } from '@claude-codex/service-kit';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { copySampleRepository } from '@claude-codex/testing/sample-repository';
import { type ScriptedModel, startScriptedModel } from '@claude-codex/testing/scripted-model';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FixtureSettings } from './manager.fixture.ts';

const FIXTURE = fileURLToPath(new URL('./manager.fixture.ts', import.meta.url));
const meta = {
  actor: { kind: 'person' as const, id: 'ada' },
  causedBy: null,
  correlationId: newId(),
  causationId: null,
  workspaceId: newId(),
};

describe('a manager that is killed', { timeout: 400_000 }, () => {
  let postgres: TestPostgres;
  let model: ScriptedModel;
  let root: string;
  let store: EventStore;
  let settings: FixtureSettings;
  let manager: ChildProcess;
  let closeStore: () => Promise<void>;
  const seen: RecordedDomainEvent[] = [];
  let most = new Map<string, number>();

  beforeAll(async () => {
    postgres = await startTestPostgres();
    model = await startScriptedModel((_step, { results, prompts }) => {
      const rounds = prompts.filter((prompt) => prompt.startsWith('Changes were requested')).length + 1;
      // A call that was cut short is made again under another id, as a model does.
      const of = (call: string) => [...results].filter(([id]) => id.startsWith(`${call}.`));
      const isDone = (call: string) => of(call).some(([, { isError }]) => !isError);
      const next = [`work${rounds}`, `wait${rounds}`].find((call) => !isDone(call));
      if (next === undefined)
        return { text: `Round ${rounds} is finished.\n=== PHASE develop COMPLETE ===`, calls: [] };
      const commands = {
        work: `echo ${rounds} >> work.txt; git add -A; git commit -qm "Round ${rounds}"`,
        wait: 'sleep 1',
      };
      const command = next.startsWith('work') ? commands.work : commands.wait;
      return { text: '', calls: [{ id: `${next}.${of(next).length}`, name: 'Bash', input: { command } }] };
    });
  });
  afterAll(async () => {
    await model?.close();
    await postgres?.stop();
  });
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'codex-crash-'));
    chmodSync(root, 0o755);
    const samplePath = join(root, 'sample.git');
    await copySampleRepository(samplePath);
    const database = await postgres.createDatabase();
    settings = { root, database, modelUrl: model.url, samplePath, level: process.env.CRASH_LOG ?? 'silent' };
    const log = createLogger({ service: 'test', level: 'silent' });
    const pool = createPool({ connectionString: database, name: 'test' });
    const registry = createSchemaRegistry(EVENT_TYPES);
    const made = createPgEventStore({ pool, connectionString: database, registry, bus: createInProcessBus(), log });
    store = made;
    closeStore = async () => {
      await made.close();
      await pool.end();
    };
    seen.length = 0;
    most = new Map();
    startManager();
  });
  afterEach(async () => {
    await killManager();
    await closeStore();
    rmSync(root, { recursive: true, force: true });
  });

  function startManager(): void {
    manager = spawn(process.execPath, [FIXTURE, JSON.stringify(settings)], { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  async function killManager(): Promise<void> {
    if (manager.exitCode !== null || manager.signalCode !== null) return;
    manager.kill('SIGKILL');
    await once(manager, 'exit');
  }

  async function until<Type extends RecordedDomainEvent['type']>(
    type: Type,
    found: (event: Extract<RecordedDomainEvent, { type: Type }>) => boolean = () => true,
  ) {
    const deadline = Date.now() + 120_000;
    for (;;) {
      const events = await store.readAll({ after: seen.at(-1)?.position ?? 0, limit: 500 });
      seen.push(...events);
      countWorkers();
      const event = seen.find((one) => one.type === type && found(one as never));
      if (event !== undefined) return event as Extract<RecordedDomainEvent, { type: Type }>;
      if (Date.now() > deadline)
        throw new Error(
          `no ${type}; last: ${seen
            .slice(-5)
            .map((one) => one.type)
            .join(', ')}`,
        );
      await sleep(30);
    }
  }

  /** Supervisors that live now, per instance; remembers the most seen at once. */
  function countWorkers(): Map<string, number> {
    const found = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap(supervisorAt);
    const pids = new Set(found.map(({ pid }) => pid));
    const now = new Map<string, number>();
    for (const { parent, instanceId } of found) {
      // A program that is just being started looks like its parent for a moment.
      if (ours(instanceId) && !pids.has(parent)) now.set(instanceId, (now.get(instanceId) ?? 0) + 1);
    }
    for (const [id, count] of now) most.set(id, Math.max(count, most.get(id) ?? 0));
    return now;
  }

  const ours = (instanceId: string) => seen.some((event) => event.stream === streamOf('instance', instanceId));

  function run<State, Command>(stream: string, decider: Decider<State, Command, never>, command: Command) {
    return handleCommand(store, { commandId: newId(), meta, stream, decider, command });
  }

  async function createDevelopTask(): Promise<string> {
    const repositoryId = newId();
    const connect = {
      type: 'ConnectRepository' as const,
      name: 'front-desk',
      source: { kind: 'sample' as const },
      baseBranch: null,
      checkCommand: 'true',
      requireGreen: false,
    };
    await run(streamOf('repository', repositoryId), repositoryDecider as never, connect as never);
    await until('RepositoryMirrored');
    const taskId = newId();
    await handleTransaction(store, {
      commandId: newId(),
      meta,
      decide: (load) =>
        createTask(load, {
          taskId,
          workspaceId: meta.workspaceId,
          request: {
            title: 'Count rounds',
            description: '',
            taskType: 'feature',
            priority: 'normal',
            labels: [],
            repositoryId,
            baseBranch: null,
            workflow: 'develop',
            model: null,
            origin: null,
            attempts: 1,
            execute: true,
          },
        }),
    });
    return taskId;
  }

  async function crash(): Promise<void> {
    await killManager();
    startManager();
  }

  const count = (type: string) => seen.filter((event) => event.type === type).length;

  it('at any step does everything once, and never runs an agent twice', async () => {
    await createDevelopTask();
    for (const type of [
      'InstanceQueued',
      'InstanceStarting',
      'InstanceStarted',
      'InstanceAttached',
      'PhaseSubmitted',
      'CheckpointSaved',
    ] as const) {
      await until(type);
      await crash();
    }
    const review = await until('ReviewCreated');
    await crash();
    await run(review.stream, reviewDecider as never, { type: 'RequestChanges', summary: 'Once more.' } as never);
    await until('FeedbackSent');
    await crash();
    await until('MessageDelivered');
    await crash();
    const second = await until('ReviewCreated', ({ data }) => data.round === 2);
    await run(second.stream, reviewDecider as never, { type: 'ApproveReview', note: '', merge: null } as never);
    const pullRequest = await until('PullRequestOpened');
    await run(pullRequest.stream, pullRequestDecider as never, { type: 'RequestMerge', strategy: 'merge' } as never);
    await until('PullRequestMergeRequested');
    await crash();
    await until('TaskCompleted');
    await until('InstanceCompleted');

    expect(count('AttemptCompleted')).toBe(2);
    expect(count('ReviewCreated')).toBe(2);
    expect(count('FeedbackSent')).toBe(1);
    expect(count('MessageDelivered')).toBe(1);
    expect(count('PullRequestMerged')).toBe(1);
    expect([...most.values()]).toEqual([1]);
    const subjectsOf = execFileSync('git', ['--git-dir', settings.samplePath, 'log', '--format=%s', 'main'], {
      encoding: 'utf8',
    });
    expect(subjectsOf.match(/^Merge /gm)).toHaveLength(1);
    expect(subjectsOf.match(/^Round [12]$/gm)).toHaveLength(2);
  });

  it('and does not come back leaves no agent behind', async () => {
    await createDevelopTask();
    await until('InstanceAttached');
    expect([...countWorkers().values()]).toEqual([1]);
    await killManager();
    const killedAt = Date.now();
    while (countWorkers().size > 0) await sleep(100);
    expect(Date.now() - killedAt).toBeLessThan(10_000);
    startManager();
    await until('InstanceLost');
    await until('InstanceAttached', ({ data }) => data.resumed);
    expect(idOf((await until('ReviewCreated')).stream)).toHaveLength(26);
  });
});

/** The process when it is a supervisor; nothing when it is another program or ended while it was looked at. */
function supervisorAt(pid: string): { pid: number; parent: number; instanceId: string }[] {
  try {
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const instanceId = /CODEX_WORKER=([^.\0]+)\./.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
    if (
      // Supervisors run from a copy of node that may not be read.
      !/\/node(-[^/]*)?$/.test(program) ||
      !args.some((arg) => arg.endsWith('worker/src/main.ts')) ||
      instanceId === undefined
    )
      return [];
    const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return [{ pid: Number(pid), parent: Number(parent), instanceId }];
  } catch {
    return [];
  }
}
