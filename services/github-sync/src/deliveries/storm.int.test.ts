import { createHmac, randomInt } from 'node:crypto';
import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import type { CheckConclusion } from '@claude-codex/testing/github/state';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { settled } from '../webhooks/hooked.fixture.ts';
import { APP_SECRET, type AppHouse, type OpenedPull, SLUG, startAppHouse } from './app-house.fixture.ts';

const PULLS = 8;
const DELIVERIES = 500;
const CHECKS = ['build', 'lint', 'test', 'types'];

/** What it does by chance is said by the seed it prints; `SEED=…` does the same again. */
const seed = Number(process.env.SEED ?? randomInt(1_000_000));
const random = mulberry32(seed);
/** More happens than this at most, so that a mistake ends. */
const ROUNDS = 60;
const below = (most: number) => Math.floor(random() * most);
const oneOf = <const T>(values: readonly [T, ...T[]]): T => values[below(values.length)] ?? values[0];

let at: AppHouse;
let pulls: OpenedPull[];
beforeAll(async () => {
  process.stdout.write(`seed ${seed}\n`);
  at = await startAppHouse({ reconcileMs: 1_500, isChecked: false });
  pulls = await Promise.all(Array.from({ length: PULLS }, (_, count) => at.openPull(`work-${count}`)));
}, 60_000);
afterAll(() => at?.stop());

/** Something that happens on GitHub to a pull request that is open there. */
async function happen({ number, headSha }: OpenedPull, mayEnd: boolean): Promise<void> {
  const { github } = at;
  const by = oneOf(['grace', 'linus']);
  const what = mayEnd ? below(50) : 2 + below(48);
  if (what === 0) await github.close(SLUG, number, { by });
  else if (what === 1)
    await github.merge(SLUG, number, {
      by,
      method: oneOf<'merge' | 'squash' | 'rebase'>(['merge', 'squash', 'rebase']),
    });
  else if (what < 8) await github.comment(SLUG, number, `Remark ${below(1_000)}.`, { by });
  else if (what < 12) {
    const verdict = oneOf<'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'>(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
    await github.review(SLUG, number, { verdict, body: 'Seen.', by: 'linus' });
  } else {
    const conclusion = oneOf<CheckConclusion | undefined>(['success', 'failure', undefined]);
    await github.setCheck(SLUG, headSha, { name: oneOf(['build', ...CHECKS]), status: 'in_progress', conclusion });
  }
}

const isOpen = ({ number }: OpenedPull) => at.github.issue(SLUG, number).state.name === 'open';

/** A pull request as GitHub has it, in the words it has here. */
function there({ number }: OpenedPull) {
  const issue = at.github.issue(SLUG, number);
  if (issue.pull === null) throw new Error(`#${number} is no pull request`);
  const { pull } = issue;
  if (pull.merged !== null) return { status: 'merged' };
  if (issue.state.name === 'closed') return { status: 'closed' };
  const reviews = pull.reviews.filter(({ state }) => state !== 'PENDING').length;
  return { status: 'open', reviews, comments: issue.comments.length };
}

async function here({ pullRequestId }: OpenedPull) {
  const { status } = await at.stateOf(pullRequestId);
  if (status !== 'open') return { status };
  const events = await at.store.readStream(streamOf('pullrequest', pullRequestId), { limit: 1_000 });
  const many = (wanted: RecordedDomainEvent['type']) => events.filter(({ type }) => type === wanted).length;
  return { status, reviews: many('PullRequestReviewed'), comments: many('PullRequestCommented') };
}

it(`${DELIVERIES} deliveries shuffled, doubled and a tenth of them lost: what is known here is what GitHub has`, async () => {
  const { github } = at;
  let dropped = 0;
  for (let round = 0; github.webhooks.deliveries.length < DELIVERIES; round += 1) {
    if (round === ROUNDS) throw new Error('too little happens');
    github.webhooks.set({ hold: true, shuffle: random() < 0.7, duplicate: random() < 0.5 });
    for (let count = 0; count < 25; count += 1) {
      const [first, ...others] = pulls.filter(isOpen);
      // One stays open to the end.
      if (first !== undefined) await happen(oneOf([first, ...others]), others.length > 0);
    }
    github.webhooks.set({
      drop() {
        const isLost = random() < 0.1;
        dropped += isLost ? 1 : 0;
        return isLost;
      },
    });
    await github.webhooks.flush();
  }
  const sent = github.webhooks.deliveries.length;
  expect(dropped).toBeGreaterThan(0.05 * sent);

  const expected = pulls.map(there);
  await waitFor(
    'both sides to be the same',
    async () => {
      expect(await Promise.all(pulls.map(here))).toEqual(expected);
      return true;
    },
    { timeoutMs: 90_000 },
  );
  for (const { pullRequestId, headSha } of pulls.filter(isOpen)) {
    const events = await at.store.readStream(streamOf('pullrequest', pullRequestId), { limit: 1_000 });
    const last = events.findLast((event) => event.type === 'PullRequestChecked');
    expect(last?.data).toMatchObject({ headSha, checks: await checksAt(headSha) });
  }

  // What was lost may be known by other ways before the list tells of it.
  await waitFor(
    'every delivery to have a record',
    () => {
      const known = new Set(at.journal.lines.map(({ arrived }) => arrived.guid));
      return github.webhooks.deliveries.every(({ guid, hook }) => hook.secret !== APP_SECRET || known.has(guid));
    },
    { timeoutMs: 90_000 },
  );
  await settled(at);
  const { lines } = at.journal;
  const outcomes = Object.groupBy(lines, ({ result }) => result.outcome);
  expect(outcomes.failed ?? []).toEqual([]);
  expect(lines.filter(({ arrived }) => arrived.signedWith === 'api').length).toBeGreaterThanOrEqual(dropped * 0.9);
  const said = Object.entries(outcomes).map(([outcome, some]) => `${some?.length} ${outcome}`);
  process.stdout.write(`seed ${seed}: ${sent} deliveries, ${dropped} lost; ${said.join(', ')}\n`);
}, 240_000);

it('what is forged, cut off, written otherwise or sent again changes nothing', async () => {
  const { app, appId, github, journal, store } = at;
  await settled(at);
  const { position } = await store.head();
  const kept = journal.lines.length;
  const arrived = journal.lines.filter(({ arrived: one }) => one.signedWith !== 'api').map((line) => line.arrived);
  const sign = (algorithm: string, secret: string, body: string) =>
    `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
  const send = (event: string, body: string, signature: Record<string, string>) =>
    app.http.inject({
      method: 'POST',
      url: '/webhooks/github',
      headers: {
        ...{ 'content-type': 'application/json', 'x-github-event': event, 'x-github-delivery': 'another' },
        ...{ 'x-github-hook-installation-target-type': 'integration' },
        ...{ 'x-github-hook-installation-target-id': String(appId), ...signature },
      },
      payload: body,
    });
  const sha256 = (body: string, secret = APP_SECRET) => ({ 'x-hub-signature-256': sign('sha256', secret, body) });

  for (let count = 0; count < 40; count += 1) {
    const { event, payload } = arrived[below(arrived.length)] ?? {};
    if (event === undefined || payload === null || payload === undefined) throw new Error('nothing came');
    const forged = payload.replace(/"state":"(open|closed)"/g, '"state":"merged"').replace('{', '{"forged":1,');
    const cut = payload.slice(0, below(payload.length - 1) + 1);
    const refused = [
      await send(event, forged, sha256(payload)),
      await send(event, cut, sha256(payload)),
      await send(event, JSON.stringify(JSON.parse(payload), null, 1), sha256(payload)),
      await send(event, payload, { 'x-hub-signature': sign('sha1', APP_SECRET, payload) }),
      await send(event, payload, { 'x-hub-signature-256': sign('sha1', APP_SECRET, payload) }),
      await send(event, payload, sha256(payload, 'the secret of somebody')),
    ];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401, 401]);
    expect((await send(event, cut, sha256(cut))).statusCode).toBe(cut === payload ? 202 : 400);
    expect((await send(event, payload, sha256(payload))).json()).toEqual({ status: 'repeated' });
  }
  expect(journal.lines.slice(kept).every(({ result }) => result.outcome === 'repeated')).toBe(true);
  github.requests.reset();
  await waitFor('a look at the list that finds nothing', async () => github.requests.notModified > 0 || null);
  expect(github.requests.of('pulls/get')).toBe(0);
  expect((await store.head()).position).toBe(position);
}, 60_000);

/** Names and verdicts, as `here` has them; asked of the stand-in the way anybody asks. */
async function checksAt(headSha: string) {
  const token = at.github.addToken({ login: 'grace' });
  const url = `${at.github.apiUrl}/repos/${SLUG}/commits/${headSha}/check-runs?per_page=100`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const { check_runs: runs } = (await answer.json()) as {
    check_runs: { name: string; status: string; conclusion: string | null }[];
  };
  const newest = new Map(runs.toReversed().map(({ name, conclusion }) => [name, conclusion]));
  const verdict = (conclusion: string | null) =>
    conclusion === null ? 'pending' : conclusion === 'success' ? 'passed' : 'failed';
  return expect.arrayContaining(
    [...newest].map(([name, conclusion]) => expect.objectContaining({ name, verdict: verdict(conclusion) })),
  );
}

/** The same numbers from 0 to 1 for the same seed. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
