import { randomBytes } from 'node:crypto';
import type { BoardView, EventsPage, SessionView, TaskView } from '@claude-codex/contracts';
import { streamOf, subjects } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox, createSecretBox, sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish, handOver } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
});
afterAll(() => gateway.stop());

const accepted = (body: unknown) => z.object({ id: z.string(), position: z.number() }).parse(body);

describe('connecting a repository', () => {
  it('says so when no manager can look at it', async () => {
    const answer = await owner.call('POST', '/api/repositories', { source: { kind: 'sample' } });
    expect([answer.status, answer.problem.code]).toEqual([503, 'NOT_READY']);
  });

  it('takes over what the git service found, and names the field that is wrong', async () => {
    const stop = serveJson(gateway.bus, subjects.git.probeRepository, z.any(), async ({ source }) => {
      const bad = source.kind === 'path' && source.path !== '/srv/good';
      const branches = bad ? [] : ['main', 'next'];
      const detail = bad ? 'There is no git repository in this folder.' : '';
      return {
        ok: !bad,
        code: bad ? 'INVALID_PATH' : '',
        detail,
        defaultBranch: bad ? null : 'main',
        branches,
        checkCommandSuggestion: 'npm test',
      };
    });
    const wrong = await owner.call('POST', '/api/repositories', { source: { kind: 'path', path: '/nowhere' } });
    expect([wrong.status, wrong.problem.code, wrong.problem.errors[0]?.field]).toEqual([
      400,
      'INVALID_PATH',
      'body.source.path',
    ]);
    const branch = await owner.call('POST', '/api/repositories', { source: { kind: 'sample' }, baseBranch: 'none' });
    expect([branch.status, branch.problem.code]).toEqual([400, 'INVALID_BRANCH']);
    const injected = await owner.call('POST', '/api/repositories', {
      source: { kind: 'sample' },
      baseBranch: '--upload-pack=sh',
    });
    expect([injected.status, injected.problem.code]).toEqual([400, 'INVALID_FIELD']);
    const made = await owner.call('POST', '/api/repositories', { source: { kind: 'path', path: '/srv/good' } });
    expect(made.status).toBe(201);
    const { id, position } = accepted(made.body);
    const read = await owner.call('GET', `/api/repositories/${id}?min_position=${position}`);
    expect(read.body).toMatchObject({ id, name: 'good', checkCommand: 'npm test' });
    for (let again = 1; again <= 10; again += 1) {
      const { body } = await owner.call('POST', '/api/repositories', {
        source: { kind: 'path', path: '/srv/good' },
        name: `again-${again}`,
      });
      const atOnce = await owner.call('GET', `/api/repositories/${accepted(body).id}`);
      expect([again, atOnce.status]).toEqual([again, 200]);
    }
    stop();
  });
});

describe('a task', () => {
  let at: Furnished;
  beforeAll(async () => {
    at = await furnish(gateway, workspaceId);
  });

  it('is made once per Idempotency-Key and shown by a read that waits for it', async () => {
    const request = { title: 'Say hello', repositoryId: at.repositoryId };
    const twice = await Promise.all(
      [1, 2].map(() => owner.call('POST', '/api/tasks', request, { 'idempotency-key': 'k-1' })),
    );
    const [first, second] = twice.map(({ body }) => accepted(body));
    expect(first).toEqual(second);
    const { body } = await owner.call('GET', `/api/tasks/${first?.id}?min_position=${first?.position}`);
    expect(body).toMatchObject({ title: 'Say hello', number: 1, workflow: { name: 'plan-design-develop' } });
    const other = accepted((await owner.call('POST', '/api/tasks', request)).body);
    const task = (await owner.call('GET', `/api/tasks/${other.id}?min_position=${other.position}`)).body as TaskView;
    expect(task.number).toBe(2);
  });

  it('refuses a repository, workflow or branch that does not exist, naming the field', async () => {
    const request = { title: 'x', repositoryId: at.repositoryId };
    const foreign = await owner.call('POST', '/api/tasks', { ...request, repositoryId: newId() });
    expect([foreign.status, foreign.problem.code]).toEqual([404, 'REPOSITORY_NOT_FOUND']);
    const workflow = await owner.call('POST', '/api/tasks', { ...request, workflow: 'none' });
    expect([workflow.status, workflow.problem.code]).toEqual([404, 'WORKFLOW_NOT_FOUND']);
    const branch = await owner.call('POST', '/api/tasks', { ...request, baseBranch: 'none' });
    expect([branch.status, branch.problem.code, branch.problem.errors[0]?.field]).toEqual([
      400,
      'INVALID_BRANCH',
      'body.baseBranch',
    ]);
  });

  it('is edited, listed, found, paged', async () => {
    const edited = await owner.call('PATCH', `/api/tasks/${at.taskId}`, {
      title: 'Zebra crossing',
      priority: 'urgent',
      labels: ['a'],
    });
    const { position } = accepted(edited.body);
    const events = (await owner.call('GET', `/api/tasks/${at.taskId}/events?limit=1000&min_position=${position}`))
      .body as EventsPage;
    expect(events.events.slice(-3).map(({ sentence }) => sentence)).toEqual([
      'The task was rewritten: Zebra crossing',
      'The priority became urgent',
      'The labels became a',
    ]);
    for (const sort of ['updated', 'created', 'number', 'priority']) {
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const page = (
          await owner.call('GET', `/api/tasks?limit=1&sort=${sort}${cursor === null ? '' : `&cursor=${cursor}`}`)
        ).body as { tasks: { id: string }[]; nextCursor: string | null };
        ids.push(...page.tasks.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(ids.length).toBe(3);
      expect(new Set(ids).size).toBe(3);
    }
    for (const cursor of ['x', 'e30', Buffer.from('["a","b"]').toString('base64url')]) {
      const answer = await owner.call('GET', `/api/tasks?cursor=${cursor}`);
      expect([answer.status, answer.problem.code]).toEqual([400, 'INVALID_FIELD']);
    }
    const board = (await owner.call('GET', '/api/board')).body as BoardView;
    expect(board.counts).toEqual({ queued: 3 });
    expect(board.tasks).toHaveLength(3);
  });

  it('takes a message for the agent at work', async () => {
    const sent = await owner.call('POST', `/api/tasks/${at.taskId}/messages`, { text: 'Hurry' });
    expect(sent.status).toBe(201);
    const last = (await gateway.store.readStream(streamOf('instance', at.instanceId))).at(-1);
    expect(last).toMatchObject({ type: 'MessageSent', data: { text: 'Hurry', messageId: accepted(sent.body).id } });
  });

  it('has its question answered once, by an option that exists', async () => {
    const answer = (body: object) => owner.call('POST', `/api/questions/${at.questionId}/answer`, body);
    expect((await answer({ choices: ['C'] })).problem).toMatchObject({
      code: 'ANSWER_NOT_AN_OPTION',
      errors: [{ field: 'body.choices' }],
    });
    expect((await answer({})).problem.code).toBe('INVALID_FIELD');
    expect((await answer({ choices: ['A'] })).status).toBe(200);
    const again = await answer({ choices: ['B'] });
    expect([again.status, again.problem.code]).toEqual([409, 'QUESTION_ALREADY_ANSWERED']);
  });

  it('gets the value it asked for; only ciphertext is kept, and only its instance gets it', async () => {
    const secret = 'canary-7f3a9';
    const provide = (sealed: string) => owner.call('POST', `/api/dependencies/${at.dependencyId}/provide`, { sealed });
    const { publicKey } = (await owner.call('GET', '/api/secrets/key')).body as { publicKey: string };
    const wrong = await provide(Buffer.from('not sealed at all').toString('base64'));
    expect([wrong.status, wrong.problem.code, wrong.problem.errors[0]?.field]).toEqual([
      400,
      'SEALED_VALUE_INVALID',
      'body.sealed',
    ]);
    expect((await provide(await sealTo(publicKey, secret))).status).toBe(200);
    const again = await provide(await sealTo(publicKey, 'other'));
    expect([again.status, again.problem.code]).toEqual([409, 'DEPENDENCY_ALREADY_RESOLVED']);

    const kept = await gateway.admin.query('select * from accounts.secret');
    expect(kept.rows).toHaveLength(1);
    expect(JSON.stringify([kept.rows, await gateway.store.readAll({ after: 0, limit: 1000 })])).not.toContain(secret);

    const inbox = await createSealedInbox();
    const ask = (instanceId: string) =>
      gateway.bus.request(
        'secrets.open',
        Buffer.from(JSON.stringify({ secretId: kept.rows[0].id, instanceId, publicKey: inbox.publicKey })),
        { timeoutMs: 2_000 },
      );
    const { name, sealed } = JSON.parse(Buffer.from(await ask(at.instanceId)).toString());
    expect([name, inbox.openSealed(sealed)]).toEqual(['GREETING_KEY', secret]);
    const stranger = await furnish(gateway, newId());
    await expect(ask(stranger.instanceId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(ask(newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });

    // As after a restore on a machine with another master key, and then without the row.
    const otherKey = await createSecretBox({ derive: () => randomBytes(32) });
    const { id } = kept.rows[0];
    await gateway.admin.query('update accounts.secret set ciphertext = $1', [otherKey.encryptAtRest(secret, id)]);
    await expect(ask(at.instanceId)).rejects.toMatchObject({ code: 'SECRET_LOST' });
    await gateway.admin.query('delete from accounts.secret');
    await expect(ask(at.instanceId)).rejects.toMatchObject({ code: 'SECRET_LOST' });
  });

  it('shows its log a page at a time', async () => {
    const records = [1, 2, 3].map((seq) => ({
      seq,
      at: new Date().toISOString(),
      entry: { type: 'assistant_text' as const, text: `line ${seq}` },
    }));
    await gateway.journal.append(at.instanceId, 1, records);
    const first = await owner.call('GET', `/api/tasks/${at.taskId}/log?limit=2`);
    expect(first.body).toMatchObject({
      hasMore: true,
      instanceId: at.instanceId,
      items: [{ record: { seq: 1 } }, { record: { seq: 2 } }],
    });
    const rest = await owner.call('GET', `/api/tasks/${at.taskId}/log?epoch=1&seq=2`);
    expect(rest.body).toMatchObject({ hasMore: false, items: [{ record: { seq: 3 } }] });
    const foreign = await owner.call('GET', `/api/tasks/${at.taskId}/log?instanceId=${newId()}`);
    expect(foreign.problem.code).toBe('INSTANCE_NOT_FOUND');
  });
});

describe('a review', () => {
  it('collects comments, and asks for changes with them', async () => {
    const at = await furnish(gateway, workspaceId);
    const path = `/api/reviews/${at.reviewId}`;
    const added = await owner.call('POST', `${path}/comments`, {
      path: 'b.ts',
      startLine: 3,
      endLine: 4,
      body: 'Shorter',
    });
    const { id } = accepted(added.body);
    expect((await owner.call('PATCH', `${path}/comments/${id}`, { body: 'Much shorter' })).status).toBe(200);
    expect((await owner.call('DELETE', `${path}/comments/${at.commentId}`)).status).toBe(200);
    expect((await owner.call('DELETE', `${path}/comments/${at.commentId}`)).problem.code).toBe('COMMENT_NOT_FOUND');
    expect((await owner.call('PATCH', `${path}/request-changes`, {})).status).toBe(200);
    const last = (await gateway.store.readStream(streamOf('review', at.reviewId))).at(-1);
    expect(last).toMatchObject({
      type: 'ReviewChangesRequested',
      data: { comments: [{ body: 'Much shorter', startLine: 3 }] },
    });
    const again = await owner.call('PATCH', `${path}/approve`, {});
    expect([again.status, again.problem.code]).toEqual([409, 'REVIEW_ALREADY_DECIDED']);
  });

  it('approves and writes the wish to merge down with the approval, in one event', async () => {
    const at = await furnish(gateway, workspaceId);
    await handOver(gateway, workspaceId, at);
    const answer = await owner.call('PATCH', `/api/reviews/${at.reviewId}/approve`, { merge: 'squash' });
    expect([answer.status, answer.body]).toMatchObject([200, { merge: 'requested' }]);
    const last = (await gateway.store.readStream(streamOf('review', at.reviewId))).at(-1);
    expect(last).toMatchObject({ type: 'ReviewApproved', data: { note: '', merge: 'squash' } });
  });

  it('refuses to merge work whose check is not green where the repository asks for it, but not to approve it', async () => {
    const at = await furnish(gateway, workspaceId);
    await handOver(gateway, workspaceId, at);
    const configured = { name: 'sample', baseBranch: null, checkCommand: 'npm test', requireGreen: true };
    expect((await owner.call('PATCH', `/api/repositories/${at.repositoryId}`, configured)).status).toBe(200);
    const path = `/api/reviews/${at.reviewId}/approve`;
    const merging = await owner.call('PATCH', path, { merge: 'merge' });
    expect([merging.status, merging.problem.code]).toEqual([409, 'CHECK_NOT_GREEN']);
    expect((await owner.call('PATCH', path, {})).status).toBe(200);
  });
});

it('says what the agents run in, as soon as a manager told, and nothing before', async () => {
  expect((await owner.call('GET', '/api/session')).body).toMatchObject({ runtime: null });
  const stop = serveJson(gateway.bus, subjects.manager.runtimeInfo, z.any(), async () => ({
    name: 'docker',
    label: 'Docker 28',
    isolated: true,
  }));
  const { body } = await owner.call('GET', '/api/session');
  expect(body).toMatchObject({ model: { scripted: true }, runtime: { label: 'Docker 28' } });
  stop();
});
