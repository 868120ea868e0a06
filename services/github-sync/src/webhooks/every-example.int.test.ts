import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliver, EXAMPLES, type Hooked, openHooked, openPullRequest, settled } from './hooked.fixture.ts';

interface Body {
  action?: string;
  repository?: { full_name: string };
  sender?: { login: string };
}
const sent = EXAMPLES.flatMap(({ name, examples }) =>
  examples.map((example) => ({ name, guid: randomUUID(), body: JSON.stringify(example), told: example as Body })),
);

/** Nobody opens a credential here, so that a look fails, and says so. */
const OUTCOMES = ['repeated', 'no_effect', 'failed', 'handled'];
/**
 * How many examples of which families are about the repository of most of them, and the pull request or the branch that is
 * followed there. Of `push` and `workflow_run` none is.
 */
const LEAD_TO_A_LOOK = {
  ...{ check_run: 6, check_suite: 5, status: 3, issue_comment: 9, pull_request: 29 },
  ...{ pull_request_review: 4, pull_request_review_comment: 5, pull_request_review_thread: 2 },
};

let at: Hooked;
beforeAll(async () => {
  at = await openHooked();
  await openPullRequest(at.store);
});
afterAll(() => at.stop());

it('every payload GitHub gives as an example is accepted and leaves a truthful record', async () => {
  for (const { name, guid, body } of sent) {
    const headers = { 'x-github-event': name, 'x-github-delivery': guid };
    expect([guid, (await deliver(at.app, { body, headers })).statusCode]).toEqual([guid, 202]);
  }
  await settled(at);

  const { lines } = at.journal;
  expect(lines).toHaveLength(sent.length);
  const seen = new Set<string>();
  for (const [index, { name, guid, body, told }] of sent.entries()) {
    const line = lines[index];
    expect(line?.arrived).toMatchObject({
      ...{ guid, event: name, action: told.action ?? null, repository: told.repository?.full_name ?? null },
      ...{ sender: told.sender?.login ?? null, signedWith: 'environment', bytes: Buffer.byteLength(body) },
      ...{ bodyHash: createHash('sha256').update(body).digest('hex'), payload: body },
    });
    const { outcome, detail } = line?.result ?? {};
    expect(OUTCOMES).toContain(outcome);
    expect([name, guid, outcome === 'repeated']).toEqual([name, guid, seen.has(body)]);
    if (outcome !== 'repeated') expect(detail).not.toBe('');
    seen.add(body);
  }

  const looked = lines.filter(({ result }) => result.outcome === 'failed' || result.outcome === 'handled');
  const byFamily = Map.groupBy(looked, ({ arrived }) => arrived.event);
  expect(Object.fromEntries([...byFamily].map(([family, some]) => [family, some.length]))).toEqual(LEAD_TO_A_LOOK);
  const about = looked.filter(({ result }) => result.pullRequestIds.length > 0);
  expect([...byFamily.keys()].filter((family) => !about.some(({ arrived }) => arrived.event === family))).toEqual([
    'issue_comment',
  ]);
}, 60_000);
