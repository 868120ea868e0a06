import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { client } from './client.fixture.ts';
import { type FakeGithub, startFakeGithub } from './fake-github.ts';

let fake: FakeGithub;
let ask: ReturnType<typeof client>;
let pulls: string;
let repo: string;
let sha: string;
let count = 0;
beforeAll(async () => {
  fake = await startFakeGithub({ plainApi: true });
  ask = client(fake, fake.addToken({ login: 'ada' }));
});
afterAll(() => fake.stop());
beforeEach(async () => {
  repo = `ada/app-${++count}`;
  await fake.addRepository(repo, { files: { 'a.txt': 'one\ntwo\nthree\n' } });
  sha = await fake.push(repo, 'work', { 'a.txt': 'one\n2\nthree\nfour\n' });
  await fake.openPull(repo, { title: 'Work', head: 'work', base: 'main', by: 'bob' });
  pulls = `/repos/${repo}/pulls/1`;
});

const review = (body: object) => ask(`POST ${pulls}/reviews`, body);
const comment = (body: object) => ask(`POST ${pulls}/comments`, { commit_id: sha, body: 'Why?', ...body });

describe('a review', () => {
  it('with a comment on a line shows the lines that lead to it', async () => {
    const comments = [{ path: 'a.txt', line: 2, side: 'RIGHT', body: 'Two?' }];
    const { body } = await review({ event: 'REQUEST_CHANGES', body: 'No', comments });
    expect(body).toMatchObject({ state: 'CHANGES_REQUESTED', commit_id: sha, user: { login: 'ada' } });
    const [placed] = (await ask(`GET ${pulls}/comments`)).body;
    expect(placed).toMatchObject({ line: 2, path: 'a.txt', pull_request_review_id: body.id });
    expect(placed.diff_hunk).toBe('@@ -1,3 +1,4 @@\n one\n-two\n+2');
  });

  it('that was begun is seen by nobody else until it is sent', async () => {
    const { body } = await review({ comments: [{ path: 'a.txt', line: 4, body: 'More?' }] });
    expect(body).toMatchObject({ state: 'PENDING' });
    const bob = client(fake, fake.addToken({ login: 'bob' }));
    expect((await bob(`GET ${pulls}/reviews`)).body).toEqual([]);
    expect((await bob(`GET ${pulls}/comments`)).body).toEqual([]);
    expect((await ask(`POST ${pulls}/reviews/${body.id}/events`, { event: 'COMMENT' })).body.state).toBe('COMMENTED');
    expect((await bob(`GET ${pulls}/comments`)).body).toHaveLength(1);
    expect((await ask(`POST ${pulls}/reviews/${body.id}/events`, { event: 'APPROVE' })).status).toBe(422);
  });

  it('of one’s own pull request only comments', async () => {
    await fake.push(repo, 'mine', { 'b.txt': 'new\n' });
    await fake.openPull(repo, { title: 'Mine', head: 'mine', base: 'main' });
    const own = (body: object) => ask(`POST /repos/${repo}/pulls/2/reviews`, body);
    expect(await own({ event: 'APPROVE' })).toMatchObject({ status: 422, body: { message: /your own pull request/ } });
    expect((await own({ event: 'COMMENT', body: 'A note' })).status).toBe(200);
  });

  it('says something', async () => {
    expect((await review({ event: 'REQUEST_CHANGES' })).status).toBe(422);
    expect((await review({ event: 'COMMENT' })).status).toBe(422);
    expect((await review({ event: 'APPROVE' })).status).toBe(200);
  });

  it('that approves lets a protected branch be merged into, until somebody wants changes', async () => {
    fake.protect(repo, 'main', { approvals: 1 });
    const merge = () => ask(`PUT ${pulls}/merge`, {});
    expect(await merge()).toMatchObject({ status: 405, body: { message: /1 approving review is required/ } });
    await review({ event: 'APPROVE' });
    await fake.review(repo, 1, { by: 'eve', verdict: 'REQUEST_CHANGES', body: 'Wait' });
    expect(await merge()).toMatchObject({ status: 405, body: { message: /Changes have been requested/ } });
    await fake.review(repo, 1, { by: 'eve', verdict: 'APPROVE' });
    expect((await merge()).status).toBe(200);
  });
});

describe('a comment', () => {
  it('beside the change is refused', async () => {
    expect((await comment({ path: 'a.txt', line: 40 })).status).toBe(422);
    expect((await comment({ path: 'other.txt', line: 1 })).status).toBe(422);
    expect((await comment({ path: 'a.txt' })).status).toBe(422);
    expect((await comment({ path: 'a.txt', line: 2, side: 'LEFT' })).body).toMatchObject({ line: 2, side: 'LEFT' });
    expect((await comment({ path: 'a.txt', subject_type: 'file' })).body).toMatchObject({
      line: null,
      subject_type: 'file',
    });
  });

  it('is answered in its thread, whichever of it is answered', async () => {
    const first = (await comment({ path: 'a.txt', line: 2 })).body;
    const reply = (await ask(`POST ${pulls}/comments/${first.id}/replies`, { body: 'So' })).body;
    const next = (await ask(`POST ${pulls}/comments/${reply.id}/replies`, { body: 'Ah' })).body;
    expect([reply.in_reply_to_id, next.in_reply_to_id]).toEqual([first.id, first.id]);
    expect(next).toMatchObject({ path: 'a.txt', line: 2, body: 'Ah' });
    expect((await ask(`POST ${pulls}/comments/1/replies`, { body: 'Lost' })).status).toBe(404);
  });
});

describe('checks', () => {
  it('are those of a commit, the newest of each name', async () => {
    await fake.setCheck(repo, sha, { name: 'ci', conclusion: 'failure', log: 'not ok 1\n' });
    const again = await fake.setCheck(repo, sha, { name: 'ci', status: 'in_progress' });
    const { body } = await ask(`GET /repos/${repo}/commits/work/check-runs`);
    expect(body).toMatchObject({
      total_count: 1,
      check_runs: [{ id: again.id, status: 'in_progress', conclusion: null }],
    });
    expect((await ask(`GET ${pulls}`)).body.mergeable_state).toBe('unstable');
    await fake.setCheck(repo, sha, { name: 'ci', conclusion: 'success' });
    expect((await ask(`GET ${pulls}`)).body.mergeable_state).toBe('clean');
    expect((await ask(`GET /repos/${repo}/commits/work/check-runs?filter=all`)).body.total_count).toBe(2);
  });

  it('and statuses together are as good as the worst of them', async () => {
    const state = async () => (await ask(`GET /repos/${repo}/commits/work/status`)).body.state;
    expect(await state()).toBe('pending');
    await fake.setStatus(repo, sha, { context: 'lint', state: 'success' });
    expect(await state()).toBe('success');
    await fake.setStatus(repo, sha, { context: 'build', state: 'error' });
    expect(await state()).toBe('failure');
    await fake.setStatus(repo, sha, { context: 'build', state: 'success' });
    expect(await state()).toBe('success');
  });
});
