import { type SessionView, streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, join, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { append, type Furnished, furnish } from '../workspace.fixture.ts';

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

describe('a task that several agents try', () => {
  const phase = 'develop';
  let at: Furnished;
  let made: { id: string; position: number };
  const [first, second] = [newId(), newId()];
  const begun = (instanceId: string) => ({
    type: 'AttemptStarted',
    data: { phase, round: 1, kind: 'coding', instanceId },
  });

  beforeAll(async () => {
    at = await furnish(gateway, workspaceId);
    const { repositoryId } = at;
    const wanted = { title: 'Greet', repositoryId, workflow: 'develop', attempts: 2, execute: false };
    made = accepted((await owner.call('POST', '/api/tasks', wanted)).body);
  });

  it('says so from its beginning, and takes one to eight', async () => {
    const [created] = await gateway.store.readStream(streamOf('task', made.id));
    expect(created).toMatchObject({ type: 'TaskCreated', data: { workflow: { phases: [{ attempts: 2 }] } } });
    const tooMany = { title: 'Greet', repositoryId: at.repositoryId, attempts: 9 };
    const refused = await owner.call('POST', '/api/tasks', tooMany);
    expect([refused.status, refused.problem.code, refused.problem.errors[0]?.field]).toEqual([
      400,
      'INVALID_FIELD',
      'body.attempts',
    ]);
    const planned = { title: 'Greet', repositoryId: at.repositoryId, workflow: 'plan-only', attempts: 2 };
    expect((await owner.call('POST', '/api/tasks', planned)).problem.code).toBe('WORKFLOW_WITHOUT_CHANGES');
  });

  it('hears what a person says by the agent that is meant, or by all of them', async () => {
    const stream = streamOf('task', made.id);
    await append(gateway, workspaceId, stream, [{ type: 'TaskQueued', data: {} }, begun(first), begun(second)]);
    for (const [index, instanceId] of [first, second].entries()) {
      const names = { name: `work-${index}`, branch: `codex/${index}`, baseBranch: 'main', attempt: index + 1 };
      const data = { ...names, taskId: made.id, repositoryId: at.repositoryId, kind: 'coding', phase, model: null };
      await append(gateway, workspaceId, streamOf('instance', instanceId), [{ type: 'InstanceQueued', data }]);
    }
    const say = (text: string, to?: string) => owner.call('POST', `/api/tasks/${made.id}/messages`, { text, to });
    const heard = async (instanceId: string) =>
      (await gateway.store.readStream(streamOf('instance', instanceId))).flatMap(({ type, data }) =>
        type === 'MessageSent' ? [data as { messageId: string; text: string }] : [],
      );
    expect((await say('to the leader')).status).toBe(201);
    expect((await say('to the first', first)).status).toBe(201);
    expect((await say('to both', 'all')).status).toBe(201);
    expect((await heard(first)).map(({ text }) => text)).toEqual(['to the first', 'to both']);
    expect((await heard(second)).map(({ text }) => text)).toEqual(['to the leader', 'to both']);
    const ids = [...(await heard(first)), ...(await heard(second))].map(({ messageId }) => messageId);
    expect(new Set(ids).size).toBe(4);
    expect((await say('to nobody', newId())).problem.code).toBe('ATTEMPT_NOT_FOUND');
    expect((await say('to no id', 'both')).problem.errors[0]?.field).toBe('body.to');
  });

  it('keeps the work of one that handed it over, once', async () => {
    const stream = streamOf('task', made.id);
    const choose = (instanceId: string) => owner.call('POST', `/api/tasks/${made.id}/attempts/${instanceId}/choose`);
    const early = await choose(first);
    expect([early.status, early.problem.code]).toEqual([409, 'ATTEMPT_NOT_HANDED_OVER']);
    const unknown = await choose(newId());
    expect([unknown.status, unknown.problem.code]).toEqual([404, 'ATTEMPT_NOT_FOUND']);

    const handedOver = {
      ...{ phase, round: 1, instanceId: first, summary: '', deliverables: [], changes: null, reviewId: newId() },
      evidence: { toolCalls: 1, check: null, suspicious: false },
    };
    await append(gateway, workspaceId, stream, [{ type: 'AttemptCompleted', data: handedOver }]);
    expect((await choose(first)).status).toBe(200);
    expect((await choose(first)).status).toBe(200);
    const events = (await gateway.store.readStream(stream)).slice(-2);
    expect(events).toMatchObject([
      { type: 'AttemptChosen', data: { phase, instanceId: first }, meta: { actor: { kind: 'person' } } },
      { type: 'AttemptSetAside', data: { phase, instanceId: second } },
    ]);
  });
});

describe('two works that two people keep', () => {
  const phase = 'develop';

  /** A task of which two attempts are in review; nobody follows what is decided, as in the moment before somebody does. */
  async function twoInReview() {
    const { repositoryId } = await furnish(gateway, workspaceId);
    const wanted = { title: 'Greet', repositoryId, workflow: 'develop', attempts: 2, execute: false };
    const { id: taskId } = accepted((await owner.call('POST', '/api/tasks', wanted)).body);
    const attempts = [1, 2].map(() => ({ instanceId: newId(), reviewId: newId() }));
    const begun = { phase, round: 1, kind: 'coding' };
    const evidence = { toolCalls: 1, check: null, suspicious: false };
    const work = { phase, round: 1, summary: '', deliverables: [], changes: null };
    const gate = [{ by: 'person', needed: 1 }];
    for (const { instanceId, reviewId } of attempts) {
      await append(gateway, workspaceId, streamOf('task', taskId), [
        { type: 'AttemptStarted', data: { ...begun, instanceId } },
        { type: 'AttemptCompleted', data: { ...work, evidence, instanceId, reviewId } },
      ]);
      const review = { ...work, taskId, instanceId, subject: 'changes', gate };
      await append(gateway, workspaceId, streamOf('review', reviewId), [{ type: 'ReviewCreated', data: review }]);
    }
    const [first, second] = attempts;
    if (first === undefined || second === undefined) throw new Error('there are two');
    const choose = (instanceId: string) => owner.call('POST', `/api/tasks/${taskId}/attempts/${instanceId}/choose`);
    const approve = (reviewId: string) => owner.call('PATCH', `/api/reviews/${reviewId}/approve`, {});
    const reject = (reviewId: string) => owner.call('PATCH', `/api/reviews/${reviewId}/reject`, { summary: 'No.' });
    return { first, second, choose, approve, reject };
  }
  const verdict = ({ status, problem }: { status: number; problem: { code?: string } }) =>
    status === 200 ? 'kept' : problem.code;

  it('takes no decision about a work any more once another one was chosen', async () => {
    const { first, second, choose, approve, reject } = await twoInReview();
    expect((await choose(first.instanceId)).status).toBe(200);
    expect(verdict(await approve(second.reviewId))).toBe('REVIEW_ALREADY_DECIDED');
    expect(verdict(await reject(second.reviewId))).toBe('REVIEW_ALREADY_DECIDED');
    const aside = await choose(second.instanceId);
    expect(aside.problem).toMatchObject({ code: 'ATTEMPT_SET_ASIDE', detail: expect.stringContaining('sent back') });
    expect(verdict(await approve(first.reviewId))).toBe('kept');
  });

  it('keeps no other work once one was approved', async () => {
    const { first, second, choose, approve } = await twoInReview();
    expect((await approve(first.reviewId)).status).toBe(200);
    expect(verdict(await approve(second.reviewId))).toBe('REVIEW_ALREADY_DECIDED');
    expect(verdict(await choose(second.instanceId))).toBe('REVIEW_ALREADY_DECIDED');
    expect(verdict(await choose(first.instanceId))).toBe('kept');
  });

  it('tells one of two who decide in the same moment that the other was first', async () => {
    for (let time = 0; time < 5; time++) {
      const { first, second, approve } = await twoInReview();
      const decided = await Promise.all([approve(first.reviewId), approve(second.reviewId)]);
      expect(decided.map(verdict).toSorted()).toEqual(['REVIEW_ALREADY_DECIDED', 'kept']);
      const again = await twoInReview();
      const chosen = await Promise.all([again.choose(again.first.instanceId), again.approve(again.second.reviewId)]);
      expect(chosen.filter(({ status }) => status === 200)).toHaveLength(1);
    }
  });
});

describe('a review that two people have to approve', () => {
  it('counts each of them once, and says what it waits for', async () => {
    const { taskId, instanceId } = await furnish(gateway, workspaceId);
    const reviewId = newId();
    const stream = streamOf('review', reviewId);
    const about = { taskId, instanceId, phase: 'develop', round: 1, subject: 'changes', summary: '' };
    const gate = [{ by: 'person', needed: 2 }];
    const data = { ...about, deliverables: [], changes: null, gate };
    await append(gateway, workspaceId, stream, [{ type: 'ReviewCreated', data }]);
    const approve = (who: Client) => who.call('PATCH', `/api/reviews/${reviewId}/approve`, {});
    const detail = 'Your approval counts. The work waits for 1 more approval by a person.';
    expect((await approve(owner)).body).toMatchObject({ merge: 'none', detail });
    expect((await approve(owner)).body).toMatchObject({ merge: 'none', detail });
    expect(await gateway.store.readStream(stream)).toHaveLength(2);
    const grace = await join(gateway, owner, 'editor', 'Grace');
    expect((await approve(grace)).body).toMatchObject({ detail: 'The work is approved.' });
    expect((await approve(grace)).problem.code).toBe('REVIEW_ALREADY_DECIDED');
  });
});
