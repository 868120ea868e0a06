import { ResyncAnswer, subjects } from '@claude-codex/contracts';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, describe, expect, it } from 'vitest';
import { settled } from '../webhooks/hooked.fixture.ts';
import { type AppHouse, SLUG, startAppHouse } from './app-house.fixture.ts';

const WITHIN = { timeoutMs: 20_000 };
const DELIVERIES = '/app/hook/deliveries';
let house: AppHouse | null = null;
afterEach(async () => {
  expect(house?.github.violations).toEqual([]);
  await house?.stop();
  house = null;
});

async function open(reconcileMs: number): Promise<AppHouse> {
  house = await startAppHouse({ reconcileMs });
  return house;
}

/** Whether the next three looks are all answered by a 304. */
async function looksAtNoCost(requests: AppHouse['github']['requests']): Promise<true | null> {
  requests.reset();
  await waitFor('three looks', () => requests.notModified > 2 || requests.total > requests.notModified || null, WITHIN);
  return requests.total === requests.notModified || null;
}

const is = (at: AppHouse, id: string, status: string) =>
  waitFor(`it to be ${status}`, async () => (await at.stateOf(id)).status === status || null, WITHIN);

describe('a delivery that never came', () => {
  it('is found by GitHub’s own list, and what it is about is read again', async () => {
    const at = await open(1_000);
    const { pullRequestId, number } = await at.openPull('greet');
    await at.github.webhooks.flush();
    await settled(at);
    at.github.webhooks.set({ drop: true });
    await at.github.close(SLUG, number);
    await is(at, pullRequestId, 'closed');
    // A look that another delivery caused may have seen it before the list told of it.
    const isFound = ({ arrived: { signedWith, event, action } }: (typeof at.journal.lines)[number]) =>
      signedWith === 'api' && event === 'pull_request' && action === 'closed';
    await waitFor('the list to tell of it', () => at.journal.lines.some(isFound), WITHIN);
    // The same payload as GitHub would have sent, so that a redelivery is known.
    at.github.webhooks.set({ drop: false });
    const lost = at.github.webhooks.deliveries.find(({ action }) => action === 'closed');
    at.github.webhooks.redeliver(lost?.id ?? 0);
    await at.github.webhooks.flush();
    expect(at.journal.lines.at(-1)?.result.outcome).toBe('repeated');
  }, 60_000);

  it('is looked for at no cost while GitHub has no news, and not before its limit ends', async () => {
    const at = await open(1_000);
    await at.openPull('greet');
    await at.github.webhooks.flush();
    const { requests } = at.github;
    // What the pull request’s opening sets off is read in its own time; after it, look after look is answered by a 304.
    await waitFor('looks that cost nothing', () => looksAtNoCost(requests), { timeoutMs: 40_000 });

    const limit = { kind: 'secondary-limit', retryAfterSeconds: 4 } as const;
    requests.reset();
    at.github.fault({ match: { path: DELIVERIES }, effect: limit });
    await waitFor('the limit', async () => requests.total > requests.notModified || null, { ...WITHIN, everyMs: 20 });
    const [from, asked] = [Date.now(), requests.total];
    await waitFor('the next look', async () => requests.total > asked || null, WITHIN);
    expect(Date.now() - from).toBeGreaterThan(3_000);
  }, 60_000);

  it('says nothing when GitHub no longer has its payload, and holds up no other', async () => {
    const at = await open(1_000);
    const { pullRequestId, number } = await at.openPull('greet');
    await at.github.webhooks.flush();
    await settled(at);
    at.github.webhooks.set({ drop: true });
    at.github.fault({ match: { path: /deliveries\/\d+$/ }, effect: { kind: 'status', status: 404 } });
    await at.github.comment(SLUG, number, 'Fine.', { by: 'linus' });
    await at.github.close(SLUG, number);
    await is(at, pullRequestId, 'closed');
  }, 60_000);
});

describe('reading everything again', () => {
  const ask = (at: AppHouse, start: boolean) =>
    requestJson(at.bus, subjects.forge('github').resync, { connectionId: at.connectionId, start }, ResyncAnswer, {
      timeoutMs: 5_000,
    });

  it('looks at every followed pull request once, says how far it is, and why one cannot be looked at', async () => {
    const at = await open(300_000);
    expect(await ask(at, false)).toEqual({ round: null });
    const pulls = [await at.openPull('one'), await at.openPull('two'), await at.openPull('three')];
    await at.github.webhooks.flush();
    await settled(at);
    at.github.webhooks.set({ drop: true });
    for (const { number } of pulls) await at.github.close(SLUG, number);
    at.github.fault({ match: { path: /pulls\/\d+$/ }, effect: { kind: 'status', status: 502 }, times: 2 });
    const { round } = await ask(at, true);
    expect(round).toMatchObject({ total: 3 });
    const done = await waitFor(
      'the round to be over',
      async () => {
        const { round: now } = await ask(at, false);
        return now?.done === 3 ? now : null;
      },
      WITHIN,
    );
    expect(done).toMatchObject({ total: 3, failing: 0, startedAt: round?.startedAt });
    for (const { pullRequestId } of pulls) expect((await at.stateOf(pullRequestId)).status).toBe('closed');
    // They are over, so that there is nothing to look at.
    expect((await ask(at, true)).round).toMatchObject({ total: 0 });
  }, 60_000);
});
