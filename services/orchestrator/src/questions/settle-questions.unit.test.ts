import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { HAND_OVER_COMMAND, questionDecider } from '@claude-codex/domain';
import { createMemoryEventStore, createSchemaRegistry, DomainError, handleCommand } from '@claude-codex/eventing';
import { createLogger } from '@claude-codex/service-kit';
import { idFrom, newId } from '@claude-codex/service-kit/ids';
import { beforeEach, describe, expect, it } from 'vitest';
import { OpenQuestions } from './open-questions.ts';
import { settleQuestions } from './settle-questions.ts';

const DAY_MS = 86_400_000;
const log = createLogger({ service: 'test', level: 'silent' });
const meta = {
  actor: { kind: 'instance' as const, id: 'coder' },
  causedBy: 'ada',
  correlationId: 'request',
  causationId: null,
  workspaceId: 'workspace',
};
const question = idFrom('question');
const stream = streamOf('question', question);
let now = 0;
const clock = { now: () => now, sleep: async () => undefined };
let store = createMemoryEventStore();

beforeEach(() => {
  now = Date.parse('2026-01-01T00:00:00Z');
  store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES), clock });
});

const agent = idFrom('agent');

async function onAgent(type: string, data: unknown) {
  const writes = [{ stream: streamOf('instance', agent), expectedVersion: 'any' as const, events: [{ type, data }] }];
  await store.append({ commandId: newId(), meta, writes });
}

const queued = () =>
  onAgent('InstanceQueued', {
    ...{ name: 'work-1-a1', taskId: idFrom('task'), repositoryId: idFrom('repository'), kind: 'coding', attempt: 1 },
    ...{ phase: 'develop', branch: 'codex/1', baseBranch: 'main', model: null },
  });

async function ask(changes: { defaultAnswer?: string | null; timeoutSeconds?: number | null } = {}) {
  await queued();
  return askAgain(changes);
}

function askAgain(
  changes: { defaultAnswer?: string | null; timeoutSeconds?: number | null } = {},
  commandId = newId(),
) {
  const asked = {
    taskId: newId(),
    instanceId: agent,
    category: 'technical' as const,
    question: 'Tabs or spaces?',
    options: [{ label: 'Tabs', description: '' }],
    multi: false,
    defaultAnswer: 'Tabs',
    timeoutSeconds: 3 * 86_400,
    ...changes,
  };
  return command(commandId, { type: 'AskQuestion', ...asked });
}

function command(commandId: string, wanted: Parameters<typeof questionDecider.decide>[0]) {
  return handleCommand(store, { commandId, meta, stream, decider: questionDecider, command: wanted });
}

const answerOfPerson = () =>
  command(newId(), { type: 'AnswerQuestion', answer: { choices: [], text: 'Spaces' }, by: 'person' });

/** An orchestrator that has just started knows what the log says and nothing else. */
async function started(): Promise<OpenQuestions> {
  const open = new OpenQuestions();
  const events = await store.readAll({ after: 0, limit: 1_000 });
  for (const event of events) open.apply(event);
  return open;
}

const look = async (open?: OpenQuestions) => settleQuestions({ store, clock, log }, open ?? (await started()));
const answers = async () => (await store.readStream(stream)).filter(({ type }) => type === 'QuestionAnswered');

describe('a question with a default', () => {
  it('is left alone until its time is over', async () => {
    await ask();
    now += 3 * DAY_MS - 1;
    await look();
    expect(await answers()).toEqual([]);
  });

  it('takes it after days in which the server was down, once, however often it is looked at', async () => {
    await ask();
    now += 40 * DAY_MS;
    const before = await started();
    await look(before);
    await look(before);
    await look();
    const [answered, ...more] = await answers();
    expect(more).toEqual([]);
    expect(answered?.data).toEqual({ answer: { choices: ['Tabs'], text: '' }, by: 'default' });
    expect(answered?.meta).toMatchObject({
      actor: { kind: 'system', id: 'orchestrator' },
      causedBy: 'ada',
      correlationId: 'request',
      commandId: idFrom('default-answer', question),
    });
  });

  it('waits for ever when no time was set', async () => {
    await ask({ timeoutSeconds: null });
    now += 400 * DAY_MS;
    await look();
    expect(await answers()).toEqual([]);
  });

  it('is answered once when orchestrators and a person come at the same moment', async () => {
    for (const personFirst of [true, false]) {
      store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES), clock });
      await ask();
      now += 4 * DAY_MS;
      const several = [await started(), await started()];
      const orchestrators = () => several.map((open) => look(open));
      const person = () => answerOfPerson().then(() => null, String);
      const [refusal] = personFirst
        ? await Promise.all([person(), ...orchestrators()])
        : (await Promise.all([...orchestrators(), person()])).reverse();
      const [answered, ...more] = await answers();
      expect(more).toEqual([]);
      expect(answered?.data).toMatchObject({ by: refusal === null ? 'person' : 'default' });
    }
  });

  it('keeps a person’s answer that came before the look, and refuses one that comes after', async () => {
    await ask();
    now += 4 * DAY_MS;
    const stale = await started();
    await answerOfPerson();
    await look(stale);
    expect(await answers()).toMatchObject([{ data: { by: 'person' } }]);

    store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES), clock });
    await ask();
    now += 4 * DAY_MS;
    await look();
    await expect(answerOfPerson()).rejects.toBeInstanceOf(DomainError);
    expect(await answers()).toMatchObject([{ data: { by: 'default' } }]);
  });
});

describe('a question whose agent has ended', () => {
  const ends = () => onAgent('InstanceStopped', { reason: 'The task was cancelled.' });

  it.each([{}, { defaultAnswer: null, timeoutSeconds: null }])(
    'is withdrawn once, with or without a default',
    async (asked) => {
      await ask(asked);
      now += 4 * DAY_MS;
      await ends();
      const several = [await started(), await started()];
      await Promise.all([...several, ...several].map(look));
      const [, withdrawn, ...more] = await store.readStream(stream);
      expect(more).toEqual([]);
      expect(withdrawn).toMatchObject({
        type: 'QuestionWithdrawn',
        data: { reason: 'the agent that asked has ended' },
        meta: { actor: { kind: 'system', id: 'orchestrator' }, causedBy: 'ada' },
      });
    },
  );

  it('keeps the answer of a person who was faster', async () => {
    await ask();
    await ends();
    const stale = await started();
    await answerOfPerson();
    await look(stale);
    expect(await answers()).toMatchObject([{ data: { by: 'person' } }]);
    expect(await store.readStream(stream)).toHaveLength(2);
  });
});

describe('a question whose agent handed over its work', () => {
  const submitted = () => {
    now += 1_000;
    return onAgent('PhaseSubmitted', {
      phase: 'develop',
      round: 1,
      summary: '',
      deliverables: [],
      via: 'tool',
      proposal: null,
    });
  };
  const types = async () => (await store.readStream(stream)).map(({ type }) => type);

  it('is withdrawn: the hand-over wins, so no question stands over a review', async () => {
    await ask({ defaultAnswer: null, timeoutSeconds: null });
    await look();
    expect(await types()).toEqual(['QuestionAsked']);
    await submitted();
    await look();
    await look();
    expect(await types()).toEqual(['QuestionAsked', 'QuestionWithdrawn']);
  });

  it('stays when it was asked after the hand-over', async () => {
    await queued();
    await submitted();
    now += 1_000;
    await askAgain();
    await look();
    expect(await types()).toEqual(['QuestionAsked']);
  });
});

describe('an answer', () => {
  const messages = async () =>
    (await store.readStream(streamOf('instance', agent))).filter(({ type }) => type === 'MessageSent');

  it('goes to the tool call that waits for it, and after two seconds as a message, once', async () => {
    await ask();
    await answerOfPerson();
    now += 1_999;
    await look();
    expect(await messages()).toEqual([]);
    now += 1;
    const before = await started();
    await Promise.all([look(before), look(before), look()]);
    const [message, ...more] = await messages();
    expect(more).toEqual([]);
    expect(message?.data).toMatchObject({ text: 'Answer to your question "Tabs or spaces?":\n\nSpaces' });
    expect(message?.meta).toMatchObject({ actor: { kind: 'system', id: 'orchestrator' }, causedBy: 'ada' });
    expect((await store.readStream(stream)).at(-1)).toMatchObject({
      type: 'AnswerDelivered',
      data: { via: 'message' },
    });
  });

  it('is not told again when the tool call took it', async () => {
    await ask();
    await answerOfPerson();
    await command(newId(), { type: 'ClaimDelivery', via: 'tool' });
    now += DAY_MS;
    await look();
    expect(await messages()).toEqual([]);
  });

  it('about a hand-over is for whoever takes that in, not for the agent', async () => {
    await queued();
    await askAgain({}, `${HAND_OVER_COMMAND}${question}`);
    await answerOfPerson();
    now += DAY_MS;
    await look();
    expect(await messages()).toEqual([]);
  });

  it('that nobody can take any more keeps nothing waiting', async () => {
    await ask();
    await answerOfPerson();
    await onAgent('InstanceCompleted', {});
    now += DAY_MS;
    await look();
    expect(await messages()).toEqual([]);
  });
});
