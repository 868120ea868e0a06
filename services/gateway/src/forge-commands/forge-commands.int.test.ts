import {
  type CommandFromForge,
  CommandFromForgeAnswer,
  type EventData,
  type ForgeLoginsView,
  type SessionView,
  streamOf,
  subjects,
} from '@claude-codex/contracts';
import { ISSUE_SETTINGS, type IssueSettings } from '@claude-codex/contracts/repository/issue-settings';
import { PROJECTIONS } from '@claude-codex/projector/projections';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import { newId } from '@claude-codex/service-kit/ids';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { type ForgeDouble, serveForgeDouble } from '../forge-connections/forge-double.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { connectShop } from '../issues/shop.fixture.ts';
import { append } from '../workspace.fixture.ts';

const LOGINS = '/api/forges/github/logins';

let gateway: TestGateway;
let owner: Client;
let viewer: Client;
let workspaceId: string;
let repositoryId: string;
let double: ForgeDouble;
beforeAll(async () => {
  gateway = await startTestGateway({}, PROJECTIONS);
  owner = await setUp(gateway);
  viewer = await join(gateway, owner, 'viewer', 'Vera');
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  double = serveForgeDouble(gateway.bus);
});
afterAll(async () => {
  double.stop();
  await gateway.stop();
});
beforeEach(async () => {
  repositoryId = await connectShop(gateway, owner, workspaceId);
});

const personOf = async (client: Client) => ((await client.call('GET', '/api/session')).body as SessionView).person?.id;

/** As github-sync asks. Each is another comment unless it is said to be the same. */
const give = (more: Partial<CommandFromForge> = {}) =>
  requestJson(
    gateway.bus,
    subjects.commands.fromForge,
    {
      ...{ provider: 'github', connectionId: forgeConnectionId(workspaceId, 'github'), repositoryId, number: 12 },
      ...{ isIssue: true, taskId: null, questionIds: [], commentId: newId(), login: 'grace', verb: 'start', text: '' },
      ...{ url: 'https://github.com/Acme/App/issues/12#issuecomment-1' },
      ...more,
    },
    CommandFromForgeAnswer,
    { timeoutMs: 10_000 },
  );

async function configure(issues: Partial<IssueSettings>): Promise<void> {
  const rest = { name: 'shop', baseBranch: null, checkCommand: null, requireGreen: false };
  const data = {
    ...rest,
    sendsThreads: true,
    followThrough: { automatic: true, rounds: 1 },
    issues: { ...ISSUE_SETTINGS, ...issues },
  };
  await append(gateway, workspaceId, streamOf('repository', repositoryId), [{ type: 'RepositoryConfigured', data }]);
}

const all = () => gateway.store.readAll({ after: 0, limit: 1_000 });
async function given(): Promise<EventData<'ForgeCommandGiven'>[]> {
  const events = (await all()).filter(({ type }) => type === 'ForgeCommandGiven');
  return events
    .map(({ data }) => data as EventData<'ForgeCommandGiven'>)
    .filter((one) => one.repositoryId === repositoryId);
}
const eventsOf = async (taskId: string) => gateway.store.readStream(streamOf('task', taskId));
const typesOf = async (taskId: string) => (await eventsOf(taskId)).map(({ type }) => type);

async function started(): Promise<string> {
  const { outcome, detail } = await give();
  expect([outcome, detail]).toEqual(['done', expect.stringMatching(/^Task \d+\.$/)]);
  return (await given()).at(-1)?.taskId ?? '';
}
async function ended(taskId: string): Promise<void> {
  await owner.call('POST', `/api/tasks/${taskId}/cancel`, {});
}
async function asks(taskId: string, category = 'technical'): Promise<string> {
  const id = newId();
  const options = ['In French', 'In German'].map((label) => ({ label, description: '' }));
  const rest = {
    taskId,
    instanceId: newId(),
    question: 'How?',
    multi: false,
    defaultAnswer: null,
    timeoutSeconds: null,
  };
  const data = { ...rest, options, category };
  await append(gateway, workspaceId, streamOf('question', id), [{ type: 'QuestionAsked', data }]);
  return id;
}

describe('a command in a comment', () => {
  it('makes a task from the issue as the page does, once however often it is heard', async () => {
    const commentId = newId();
    const first = await give({ commentId });
    const again = await Promise.all([give({ commentId }), give({ commentId })]);
    expect(again).toEqual([first, first]);
    const [one, ...others] = await given();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ login: 'grace', personId: null, verb: 'start', outcome: 'done', number: 12 });
    const [created, queued] = await eventsOf(one?.taskId ?? '');
    expect(created).toMatchObject({
      ...{ type: 'TaskCreated', meta: { actor: { kind: 'system', id: 'github:grace' } } },
      data: { title: 'Greet visitors', origin: { number: 12 } },
    });
    expect(queued?.type).toBe('TaskQueued');
    const second = await give();
    expect(second).toMatchObject({
      outcome: 'refused',
      detail: expect.stringMatching(/^Task \d+ is from this issue.*`\/codex stop`/),
    });
    await ended(one?.taskId ?? '');
  });

  it.each([
    ['pause', 'TaskPaused'],
    ['stop', 'TaskCancelled'],
  ] as const)('to %s a task does that once, in the name of whoever gave it', async (verb, type) => {
    const taskId = await started();
    await append(gateway, workspaceId, streamOf('task', taskId), [{ type: 'TaskStarted', data: {} }]);
    const command = { taskId, verb, commentId: newId() };
    expect(await give(command)).toMatchObject({ outcome: 'done' });
    expect(await give(command)).toMatchObject({ outcome: 'done' });
    expect((await typesOf(taskId)).filter((one) => one === type)).toHaveLength(1);
    expect((await eventsOf(taskId)).at(-1)?.meta.actor).toEqual({ kind: 'system', id: 'github:grace' });
    await ended(taskId);
  });

  it('that the task refuses is refused with the reason, also when it would be none later', async () => {
    const taskId = await started();
    const command = { taskId, verb: 'resume' as const, commentId: newId() };
    const refused = await give(command);
    expect(refused).toMatchObject({ outcome: 'refused', detail: 'The task is not paused.' });
    await append(gateway, workspaceId, streamOf('task', taskId), [
      { type: 'TaskStarted', data: {} },
      { type: 'TaskPaused', data: {} },
    ]);
    expect(await give(command)).toEqual(refused);
    expect(await typesOf(taskId)).not.toContain('TaskResumed');
    await ended(taskId);
  });

  it('answers what is asked, by the number of an option or in words', async () => {
    const taskId = await started();
    for (const [text, answer] of [
      ['2', { choices: ['In German'], text: '' }],
      ['In Italian', { choices: [], text: 'In Italian' }],
    ] as const) {
      const id = await asks(taskId);
      expect(await give({ taskId, verb: 'answer', text, questionIds: [id] })).toMatchObject({ outcome: 'done' });
      const answered = (await gateway.store.readStream(streamOf('question', id))).at(-1);
      expect(answered?.data).toEqual({ answer, by: 'person' });
    }
    await ended(taskId);
  });

  it.each<[string, Partial<CommandFromForge>, RegExp]>([
    ['without a task', { verb: 'stop' }, /no task/],
    ['to start from a pull request', { isIssue: false }, /from an issue/],
    ['about a task of another repository', { verb: 'stop', taskId: newId() }, /no such task/],
    ['about an issue that is not there', { number: 99 }, /no issue #99/],
  ])('%s is refused', async (_what, more, words) => {
    expect(await give(more)).toMatchObject({ outcome: 'refused', detail: expect.stringMatching(words) });
    expect(await given()).toMatchObject([{ outcome: 'refused' }]);
  });

  it('is ignored where no commands are taken, or by another connection', async () => {
    expect(await give({ connectionId: newId() })).toMatchObject({ outcome: 'ignored' });
    await configure({ commands: 'nobody' });
    expect(await give()).toMatchObject({ outcome: 'ignored' });
    expect(await given()).toEqual([]);
  });
});

describe('whoever gives it', () => {
  const map = (login: string, personId: string | null | undefined) =>
    owner.call('PUT', `${LOGINS}/${login}`, { personId });

  it('acts as the member an owner says they stand for, with the rights of that one', async () => {
    expect((await map('Linus', await personOf(owner))).status).toBe(200);
    await give({ login: 'linus' });
    const [one] = await given();
    expect(one).toMatchObject({ outcome: 'done', personId: await personOf(owner) });
    const actor = { kind: 'person', id: await personOf(owner) };
    expect((await eventsOf(one?.taskId ?? ''))[0]?.meta.actor).toEqual(actor);
    await ended(one?.taskId ?? '');

    await map('linus', await personOf(viewer));
    expect(await give({ login: 'linus' })).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('not act'),
    });
    await map('linus', null);
  });

  it('is refused once the member they stood for is none any more, and does not act as themselves instead', async () => {
    const leaver = await join(gateway, owner, 'editor', 'Lea');
    const personId = await personOf(leaver);
    await map('lea', personId);
    expect((await owner.call('DELETE', `/api/members/${personId}`)).status).toBe(200);
    expect(await give({ login: 'lea' })).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('none any more'),
    });
    expect(await given()).toMatchObject([{ outcome: 'refused', personId: null, taskId: null }]);
  });

  it('is refused where only members are heard and they stand for none', async () => {
    await configure({ commands: 'members' });
    expect(await give()).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('members') });
  });

  it('says what an agent may do here as a member alone', async () => {
    const taskId = await started();
    const command = { taskId, verb: 'answer' as const, text: '1' };
    const id = await asks(taskId, 'permission');
    expect(await give({ ...command, questionIds: [id] })).toMatchObject({ outcome: 'refused' });
    await map('grace', await personOf(owner));
    expect(await give({ ...command, questionIds: [id] })).toMatchObject({ outcome: 'done' });
    await map('grace', null);
    await ended(taskId);
  });

  it('is listed once heard, with who said whom they stand for', async () => {
    const login = 'Hedy';
    await give({ login, verb: 'stop' });
    await give({ login: 'hedy', verb: 'stop' });
    await map('hedy', await personOf(viewer));
    const { logins } = (await owner.call('GET', LOGINS)).body as ForgeLoginsView;
    expect(logins.filter((one) => one.login.toLowerCase() === 'hedy')).toEqual([
      {
        ...{ login, seenAt: expect.any(String), personId: await personOf(viewer) },
        mapped: { by: await personOf(owner), at: expect.any(String) },
      },
    ]);
  });

  it('is listed as heard also when an owner named them before, and a name nobody has can be taken back', async () => {
    const listed = async (login: string) =>
      ((await owner.call('GET', LOGINS)).body as ForgeLoginsView).logins.find((one) => one.login === login);
    await map('ada', await personOf(owner));
    expect(await listed('ada')).toMatchObject({ seenAt: null });
    await give({ login: 'Ada', verb: 'stop' });
    expect(await listed('ada')).toMatchObject({ seenAt: expect.any(String), personId: await personOf(owner) });
    await map('hdey', await personOf(viewer));
    expect(await listed('hdey')).toBeDefined();
    await map('hdey', null);
    expect(await listed('hdey')).toBeUndefined();
  });

  it('stands for members alone, and only owners say so', async () => {
    expect((await map('hedy', newId())).problem).toMatchObject({ code: 'MEMBER_UNKNOWN' });
    expect((await map('not a login', null)).status).toBe(400);
    expect((await viewer.call('GET', LOGINS)).status).toBe(403);
    expect((await viewer.call('PUT', `${LOGINS}/hedy`, { personId: null })).status).toBe(403);
  });
});
