import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EVENT_TYPES,
  idOf,
  OpenSecretRequest,
  type RecordedDomainEvent,
  streamOf,
  subjects,
} from '@claude-codex/contracts';
import { createSampleRepository } from '@claude-codex/demo';
import {
  createTask,
  dependencyDecider,
  instanceDecider,
  questionDecider,
  repositoryDecider,
  taskDecider,
} from '@claude-codex/domain';
import {
  createMemoryCheckpoints,
  createMemoryEventStore,
  createSchemaRegistry,
  handleCommand,
  handleTransaction,
} from '@claude-codex/eventing';
import {
  createDirectoryBlobs,
  createDirectoryJournal,
  createInProcessBus,
  createInProcessJobs,
  createLogger,
  newId,
  serveJson,
} from '@claude-codex/service-kit';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, type ModelScript, startScriptedModel, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { createAgentManagerApp } from '../app.ts';
import { serveSmallEgress } from '../crash/small-egress.fixture.ts';

const meta = {
  actor: { kind: 'person' as const, id: 'ada' },
  causedBy: null,
  correlationId: newId(),
  causationId: null,
  workspaceId: newId(),
};
const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A manager with real supervisors and the real Claude Code; only the model's words are scripted. No MCP tools. */
async function openHouse(script: ModelScript, workflow = 'develop') {
  const root = mkdtempSync(join(tmpdir(), 'codex-agents-'));
  chmodSync(root, 0o755);
  closers.push(() => rmSync(root, { recursive: true, force: true }));
  const model = await startScriptedModel(script);
  closers.push(() => model.close());
  const samplePath = join(root, 'sample.git');
  await createSampleRepository(samplePath);
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const bus = createInProcessBus();
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const journal = createDirectoryJournal(join(root, 'journals'));
  const egress = serveSmallEgress(bus, blobs, model.url);
  closers.push(() => egress.close());
  serveJson(bus, subjects.secrets.open, OpenSecretRequest, async ({ publicKey }) => ({
    name: 'THE_KEY',
    sealed: await sealTo(publicKey, 'canary-value-7'),
  }));
  const app = createAgentManagerApp({
    store,
    checkpoints: createMemoryCheckpoints(),
    bus,
    jobs: createInProcessJobs(),
    blobs,
    journal,
    log: createLogger({ service: 'test', level: process.env.AGENTS_LOG ?? 'silent' }),
    settings: {
      managerId: 'test',
      defaultModel: null,
      dataDir: root,
      runtime: 'process',
      agent: { image: '', uid: null, memoryBytes: 2 * 1024 ** 3, cpus: 2, pids: 512, seccompPath: null },
      maxAgents: 1,
      samplePath,
      checkTimeoutMs: 60_000,
      bundleMaxBytes: 1e8,
      network: {},
    },
  });
  await app.start();
  closers.push(() => app.stop());

  const events = async () => (await store.readAll({ after: 0, limit: 10_000 })) as RecordedDomainEvent[];
  async function until<Type extends RecordedDomainEvent['type']>(type: Type) {
    const found = await waitFor(type, async () => (await events()).find((event) => event.type === type), {
      timeoutMs: 60_000,
    });
    return found as Extract<RecordedDomainEvent, { type: Type }>;
  }
  const count = async (type: string) => (await events()).filter((event) => event.type === type).length;
  const envelope = () => ({ commandId: newId(), meta });

  const repositoryId = newId();
  await handleCommand(store, {
    ...envelope(),
    stream: streamOf('repository', repositoryId),
    decider: repositoryDecider,
    command: {
      type: 'ConnectRepository',
      name: 'x',
      source: { kind: 'sample' },
      baseBranch: null,
      checkCommand: 'exit 3',
    },
  });
  await until('RepositoryMirrored');

  async function createOne(): Promise<string> {
    const taskId = newId();
    const facts = {
      title: 'Do it',
      description: '',
      taskType: 'feature' as const,
      priority: 'normal' as const,
      labels: [],
    };
    const request = { ...facts, repositoryId, baseBranch: null, workflow, model: null, execute: true };
    await handleTransaction(store, {
      ...envelope(),
      decide: (load) => createTask(load, { taskId, workspaceId: meta.workspaceId, request }),
    });
    return taskId;
  }
  return { store, journal, root, until, count, events, envelope, createOne };
}

const commit = 'date +%N >> work.txt; git add -A; git commit -qm Work';

describe('agents', { timeout: 120_000 }, () => {
  it('ask, get values and hand over by text when they have no tools', async () => {
    const house = await openHouse((step, { prompts }) => {
      const heard = prompts.join('\n');
      if (!heard.includes('Answer to your question')) {
        return textAnswer(
          '[USER_QUESTION]\ncategory: technical\nquestion: Which one?\noptions: [left, right]\n[/USER_QUESTION]',
        );
      }
      if (!heard.includes('THE_KEY was provided')) {
        return textAnswer(
          '[DEPENDENCY_REQUEST]\ntype: api_key\nname: THE_KEY\ndescription: for signing\nrequired: true\n[/DEPENDENCY_REQUEST]\n[ERROR]\nnot: [valid\n[/ERROR]',
        );
      }
      if (step === 0) return bashAnswer(0, `echo "key is $THE_KEY"; ${commit}`);
      return textAnswer('Done.\n=== PHASE 1 COMPLETE ===');
    });
    await house.createOne();
    const question = await house.until('QuestionAsked');
    expect(question.data).toMatchObject({
      category: 'technical',
      question: 'Which one?',
      options: [{ label: 'left' }, { label: 'right' }],
    });
    const answer = { choices: ['left'], text: '' };
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: question.stream,
      decider: questionDecider,
      command: { type: 'AnswerQuestion', answer, by: 'person' },
    });
    expect((await house.until('AnswerDelivered')).data).toEqual({ via: 'message' });

    const dependency = await house.until('DependencyRequested');
    expect((await house.until('ProtocolWarningRaised')).data).toMatchObject({ block: 'ERROR' });
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: dependency.stream,
      decider: dependencyDecider,
      command: { type: 'ProvideDependency', secretId: newId(), remember: 'task' },
    });
    await house.until('DependencyDelivered');

    expect((await house.until('PhaseSubmitted')).data).toMatchObject({ phase: 'develop', round: 1, via: 'text' });
    const completed = await house.until('PhaseCompleted');
    expect(completed.data.evidence).toMatchObject({ suspicious: false, check: { command: 'exit 3', exitCode: 3 } });
    expect(completed.data.changes).toMatchObject({ filesChanged: 1, commits: [{ subject: 'Work' }] });
    expect(await house.count('QuestionAsked')).toBe(1);
    const journal = await house.journal.read(completed.data.instanceId, { limit: 1_000 });
    const text = JSON.stringify(journal);
    expect(text).toContain('key is');
    expect(text).not.toContain('canary-value-7');
    expect(JSON.stringify(await house.events())).not.toContain('canary-value-7');
  });

  it('count as handed over when a turn ends with everything there', async () => {
    const house = await openHouse((step) => (step === 0 ? bashAnswer(0, commit) : textAnswer('I am done.')));
    await house.createOne();
    expect((await house.until('PhaseSubmitted')).data).toMatchObject({ via: 'turn_end', summary: 'I am done.' });
    await house.until('ReviewCreated');
    expect(await house.count('MessageSent')).toBe(0);
  });

  it('are reminded twice when they end a turn with nothing done, and then fail with the reason', async () => {
    const house = await openHouse(() => textAnswer('Everything is wonderful.'));
    await house.createOne();
    expect((await house.until('InstanceFailed')).data).toMatchObject({ code: 'PHASE_NOT_HANDED_OVER' });
    expect(await house.count('MessageSent')).toBe(2);
    expect((await house.until('TaskFailed')).data).toMatchObject({ code: 'PHASE_NOT_HANDED_OVER' });
    expect(await house.count('PhaseSubmitted')).toBe(0);
    await waitFor('the worker to be gone', () => readdirSync(join(house.root, 'processes')).length === 0);
  });

  it('wait in the queue while there is no room, and are frozen while their task is paused', async () => {
    const house = await openHouse((step) =>
      step < 3 ? bashAnswer(step, `sleep 1; ${commit}`) : textAnswer('=== PHASE develop COMPLETE ==='),
    );
    const first = await house.createOne();
    await house.until('InstanceAttached');
    const second = await house.createOne();
    const pause = async (type: 'PauseTask' | 'ResumeTask') =>
      handleCommand(house.store, {
        ...house.envelope(),
        stream: streamOf('task', first),
        decider: taskDecider,
        command: { type },
      });
    await pause('PauseTask');
    await house.until('InstancePaused');
    const instanceId = idOf((await house.until('InstancePaused')).stream);
    // A frozen agent gives its place to the next one.
    await waitFor(
      'the second task to start',
      async () => (await house.events()).some(({ type, stream }) => type === 'TaskStarted' && idOf(stream) === second),
      { timeoutMs: 60_000 },
    );
    expect(
      (await house.events()).some(({ type, stream }) => type === 'PhaseSubmitted' && idOf(stream) === instanceId),
    ).toBe(false);
    await pause('ResumeTask');
    await waitFor('both to be handed over', async () => (await house.count('ReviewCreated')) === 2, {
      timeoutMs: 60_000,
    });
    expect(await house.count('InstanceLost')).toBe(0);
  });

  it('are stopped with their task, and a message to an idle one is answered', async () => {
    const house = await openHouse(
      (_step, { prompts }) =>
        prompts.at(-1)?.includes('Phase: plan') === true
          ? {
              text: '',
              calls: [{ id: `write${prompts.length}`, name: 'Bash', input: { command: 'echo "# Plan" > PLAN.md' } }],
            }
          : textAnswer('Heard you.'),
      'plan-only',
    );
    const taskId = await house.createOne();
    const started = await house.until('InstanceAttached');
    const instanceId = idOf(started.stream);
    const message = { type: 'SendMessage' as const, messageId: newId(), text: 'Are you there?', interrupt: true };
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: started.stream,
      decider: instanceDecider,
      command: message,
    });
    await house.until('MessageDelivered');
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: streamOf('task', taskId),
      decider: taskDecider,
      command: { type: 'CancelTask', reason: '' },
    });
    await house.until('InstanceStopped');
    await waitFor('the worker to be gone', () => readdirSync(join(house.root, 'processes')).length === 0);
    expect(await house.count('InstanceLost')).toBe(0);
    const journal = await house.journal.read(instanceId, { limit: 1_000 });
    expect(journal.at(-1)?.record.entry).toMatchObject({ type: 'exited', reason: 'stopped' });
  });
});
