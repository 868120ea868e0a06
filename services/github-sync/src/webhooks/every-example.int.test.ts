import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliver, EXAMPLES, type Hooked, openHooked, openPullRequest, settled } from './hooked.fixture.ts';
import { whatToLookAt } from './what-to-look-at.ts';

interface Body {
  action?: string;
  repository?: { full_name: string };
  sender?: { login: string };
}
const sent = EXAMPLES.flatMap(({ name, examples }) =>
  examples.map((example) => ({ name, guid: randomUUID(), body: JSON.stringify(example), told: example as Body })),
);

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
    // Nobody opens a credential here, so that what is looked at fails, and says so.
    const expected = seen.has(body) ? ['repeated'] : isAboutOurs(name, body) ? ['failed', 'handled'] : ['no_effect'];
    expect(expected, `${name} ${told.action}`).toContain(line?.result.outcome);
    if (line?.result.outcome !== 'repeated') expect(line?.result.detail).not.toBe('');
    seen.add(body);
  }

  const effects = lines.filter(({ result }) => result.pullRequestIds.length > 0);
  const families = [...new Set(effects.map(({ arrived }) => arrived.event))].sort();
  const repeated = lines.filter(({ result }) => result.outcome === 'repeated').length;
  process.stdout.write(
    `${lines.length} examples of ${EXAMPLES.length} families: ${effects.length} had an effect (${families.join(', ')}), ` +
      `${repeated} were the same as one before\n`,
  );
  expect([effects.length, families]).toEqual([
    54,
    [
      ...['check_run', 'check_suite', 'pull_request', 'pull_request_review', 'pull_request_review_comment'],
      ...['pull_request_review_thread', 'status'],
    ],
  ]);
}, 60_000);

/** By the table of families alone, with a repository in which everything is followed that is asked for. */
function isAboutOurs(event: string, body: string): boolean {
  const isThere = (slug: string | null = null) => slug?.toLowerCase() === 'codertocat/hello-world';
  const followed = {
    inRepository: (slug: string, wanted: (one: never) => boolean) =>
      isThere(slug) && wanted({ number: 2, branch: 'changes' } as never) ? ['x'] : [],
    listening: (slug?: string | null) => (isThere(slug) ? ['r'] : []),
  };
  const { pullRequestIds, repositoryIds } = whatToLookAt({ event, payload: JSON.parse(body) }, followed);
  return pullRequestIds.length + repositoryIds.length > 0;
}
