import { type DiffIndex, type DiffPart, streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { append, type Furnished, furnish, LINES } from '../workspace.fixture.ts';
import { hashOf, storedChange, storedImages } from './stored-change.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
let at: Furnished;
/** Each test has rounds of its own; those above count theirs by hand. */
let rounds = 20;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as { workspace: { id: string } }).workspace.id;
  at = await furnish(gateway, workspaceId);
});
afterAll(() => gateway.stop());

/** Another round of the task's review, about this change. */
async function underReview(changes: unknown, round: number): Promise<{ reviewId: string; changes: string }> {
  const reviewId = newId();
  const { taskId, instanceId } = at;
  const data = {
    taskId,
    instanceId,
    phase: 'develop',
    round,
    subject: 'changes',
    summary: '',
    deliverables: [],
    changes,
    gate: [{ by: 'person', needed: 1 }],
  };
  const position = await append(gateway, workspaceId, streamOf('review', reviewId), [{ type: 'ReviewCreated', data }]);
  await owner.call('GET', `/api/tasks/${taskId}?min_position=${position}`);
  return { reviewId, changes: `/api/tasks/${taskId}/changes` };
}

describe('a change', () => {
  it('of 4,000 files and a million lines is read by file and by range', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 4_000 }, (_, n) => [`src/f${String(n).padStart(4, '0')}.ts`, 250]),
    );
    const { changes } = await underReview(await storedChange(gateway.blobs, files), 2);
    const first = (await owner.call('GET', `${changes}?round=2`)).body as DiffIndex;
    expect([first.totalFiles, first.totalLines, first.files.length, first.nextAfter]).toEqual([
      4_000, 1_000_000, 500, 500,
    ]);
    const rest = (await owner.call('GET', `${changes}?round=2&after=500&limit=5000`)).body as DiffIndex;
    expect([rest.files.length, rest.nextAfter, rest.files[0]?.path]).toEqual([3_500, null, 'src/f0500.ts']);
    const answer = await owner.call('GET', `${changes}/file?round=2&path=src/f3999.ts&part=2`);
    const part = answer.body as DiffPart;
    expect(part.hunks[0]?.lines.map(({ newLine }) => newLine)).toEqual(Array.from({ length: 50 }, (_, n) => 201 + n));
    expect(JSON.stringify(part).length).toBeLessThan(10_000);
  });

  it('stored before changes had parts still opens, also with two files of one name', async () => {
    const line = { kind: 'added', oldLine: null, newLine: 41, text: 'x' };
    const hunk = { oldStart: 40, oldLines: 0, newStart: 41, newLines: 1, section: 'f()', lines: [line] };
    const file = { oldPath: null, status: 'modified', binary: false, additions: 1, deletions: 0, contentHash: 'h' };
    const document = {
      baseSha: 'a',
      headSha: 'b',
      files: [
        { ...file, path: 'b/caf\ufffd.txt', tooLarge: false, hunks: [hunk] },
        { ...file, path: 'b/caf\ufffd.txt', tooLarge: true, hunks: [] },
        { ...file, path: 'a/z.txt', tooLarge: false, hunks: [hunk] },
      ],
    };
    const { blobId } = await gateway.blobs.put(Buffer.from(JSON.stringify(document)), { maxBytes: 100_000 });
    const stored = { ...(await storedChange(gateway.blobs, {})), diffBlobId: blobId };
    const { changes, reviewId } = await underReview(stored, 3);
    const index = (await owner.call('GET', `${changes}?round=3`)).body as DiffIndex;
    expect(index.files.map(({ path, parts, notKept }) => [path, parts, notKept])).toEqual([
      ['a/z.txt', [1], false],
      ['b/caf\ufffd.txt', [1], false],
      ['b/caf\ufffd.txt', [], true],
    ]);
    const part = (await owner.call('GET', `${changes}/file?round=3&path=a/z.txt`)).body as DiffPart;
    expect(part.hunks).toEqual([{ ...hunk, skipped: 40, continued: false }]);
    const comment = { path: 'a/z.txt', startLine: 41, endLine: 41, body: 'Why?' };
    expect((await owner.call('POST', `/api/reviews/${reviewId}/comments`, comment)).status).toBe(201);
  });

  it('that is not stored any more cannot be approved, and says so', async () => {
    const gone = { ...(await storedChange(gateway.blobs, LINES)), diffBlobId: '0'.repeat(64) };
    const { changes, reviewId } = await underReview(gone, 4);
    expect((await owner.call('GET', `${changes}?round=4`)).problem.code).toBe('DOCUMENT_NOT_FOUND');
    const approved = await owner.call('PATCH', `/api/reviews/${reviewId}/approve`, {});
    expect([approved.status, approved.problem.code]).toEqual([404, 'DOCUMENT_NOT_FOUND']);
  });

  it('knows no other file, part or line', async () => {
    const changes = `/api/tasks/${at.taskId}/changes`;
    const { changes: same } = await underReview(await storedChange(gateway.blobs, LINES), 5);
    for (const query of ['path=A.ts', 'path=a.ts%20', 'path=lead.txt', 'path=a.ts&part=1', 'path=../a.ts']) {
      expect((await owner.call('GET', `${same}/file?round=5&${query}`)).problem.code, query).toBe('FILE_NOT_IN_DIFF');
    }
    expect((await owner.call('GET', `${same}/line?round=5&path=a.ts&line=0`)).problem.code).toBe('LINE_NOT_IN_DIFF');
    expect((await owner.call('GET', `${same}/file?round=5&path=%20lead.txt`)).status).toBe(200);
    expect((await owner.call('GET', `${changes}?limit=5001`)).problem.code).toBe('INVALID_FIELD');
  });
});

describe('a comment', () => {
  it('stands on lines that are in the diff, of a file that is there, to the letter of its path', async () => {
    const { reviewId } = await underReview(await storedChange(gateway.blobs, LINES), 6);
    const paths = fc.constantFrom(
      ...Object.keys(LINES),
      'lead.txt',
      'a.ts ',
      'caf\ufffd.txt',
      'caf\\xE8.txt',
      'c.ts',
      '../a.ts',
    );
    const line = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1_000_000_000, Number.MAX_SAFE_INTEGER));
    const place = fc.record({ path: paths, side: fc.constantFrom('old', 'new'), startLine: line, endLine: line });
    await fc.assert(
      fc.asyncProperty(place, async ({ path, side, startLine, endLine }) => {
        fc.pre(endLine >= startLine);
        const lines = Object.entries(LINES).find(([known]) => known === path)?.[1] ?? 0;
        const answer = await owner.call('POST', `/api/reviews/${reviewId}/comments`, {
          path,
          side,
          startLine,
          endLine,
          body: 'Why?',
        });
        const there = side === 'new' && endLine <= lines;
        const code = lines === 0 ? 'FILE_NOT_IN_DIFF' : 'LINE_NOT_IN_DIFF';
        expect([answer.status, there ? '' : answer.problem.code]).toEqual(there ? [201, ''] : [400, code]);
      }),
      { numRuns: 150 },
    );
    const stored = await gateway.store.readStream(streamOf('review', reviewId));
    const commented = stored.flatMap((event) => (event.type === 'ReviewCommented' ? [event.data] : []));
    expect(commented.every((data) => (data as { comment: { path: string } }).comment.path in LINES)).toBe(true);
  });

  it('belongs to who wrote it: an editor changes no other’s, an owner may delete it', async () => {
    const { reviewId } = await underReview(await storedChange(gateway.blobs, LINES), 7);
    const [ada, eve] = await Promise.all([joined('editor'), joined('editor')]);
    const comments = `/api/reviews/${reviewId}/comments`;
    const write = async (who: Client) =>
      (await who.call('POST', comments, { path: 'a.ts', startLine: 1, endLine: 1, body: 'Mine' })).body as {
        id: string;
      };
    const [first, second] = [await write(ada), await write(ada)];
    const refused = [
      await eve.call('PATCH', `${comments}/${first.id}`, { body: 'Yours' }),
      await eve.call('DELETE', `${comments}/${first.id}`),
      await owner.call('PATCH', `${comments}/${first.id}`, { body: 'Yours' }),
    ];
    expect(refused.map(({ status, problem }) => [status, problem.code])).toEqual(
      Array(3).fill([403, 'COMMENT_OF_ANOTHER']),
    );
    expect((await ada.call('PATCH', `${comments}/${first.id}`, { body: 'Better' })).status).toBe(200);
    expect((await owner.call('DELETE', `${comments}/${second.id}`)).status).toBe(200);
  });
});

it('a mark is of one person, on a file that is there, at the content it has', async () => {
  const { reviewId } = await underReview(await storedChange(gateway.blobs, LINES), 8);
  const ada = await joined('editor');
  const mark = (who: Client, path: string, contentHash: string, reviewed = true) =>
    who.call('PUT', `/api/reviews/${reviewId}/files`, { path, contentHash, reviewed });
  for (const who of [owner, ada]) expect((await mark(who, ' lead.txt', hashOf(' lead.txt'))).status).toBe(200);
  expect((await mark(ada, 'lead.txt', hashOf(' lead.txt'))).problem.code).toBe('FILE_NOT_IN_DIFF');
  expect((await mark(ada, 'a.ts', hashOf('b.ts'))).problem.code).toBe('FILE_CHANGED');
  expect((await mark(ada, ' lead.txt', hashOf(' lead.txt'), false)).status).toBe(200);
  const events = await gateway.store.readStream(streamOf('review', reviewId));
  expect(events.filter(({ type }) => type === 'FileMarkedReviewed')).toHaveLength(3);
});

it.each([
  ['bytes that are no text at all', '\\xFF\\xFE', '\\xFE\\xFF'],
  ['half a surrogate pair in UTF-8', 'a\\xED\\xA0\\x80', 'a\\xED\\xA0\\x81'],
  ['a text that reads like an escaped byte', 'caf\\x5CxE9.txt', 'caf\\xE9.txt'],
  ['blanks of several kinds at its end', 'trail \t\u00a0', 'trail \t'],
  ['a line feed', 'line\nfeed', 'line feed'],
  ['the same letter composed in two ways', 'cafe\u0301.txt', 'caf\u00e9.txt'],
])('a path with %s is one name in index, lines, comments and marks', async (_what, path, twin) => {
  const round = ++rounds;
  const { reviewId, changes } = await underReview(await storedChange(gateway.blobs, { [path]: 2, 'a.ts': 1 }), round);
  const index = (await owner.call('GET', `${changes}?round=${round}`)).body as DiffIndex;
  expect(index.files.map((file) => file.path)).toContain(path);
  const lines = (name: string) => owner.call('GET', `${changes}/file?round=${round}&path=${encodeURIComponent(name)}`);
  expect((await lines(path)).body).toMatchObject({ path });
  expect((await lines(twin)).problem.code).toBe('FILE_NOT_IN_DIFF');
  const comment = (name: string) =>
    owner.call('POST', `/api/reviews/${reviewId}/comments`, { path: name, startLine: 1, endLine: 2, body: 'Why?' });
  expect((await comment(path)).status).toBe(201);
  expect((await comment(twin)).problem.code).toBe('FILE_NOT_IN_DIFF');
  const mark = (name: string) =>
    owner.call('PUT', `/api/reviews/${reviewId}/files`, { path: name, contentHash: hashOf(path), reviewed: true });
  expect((await mark(path)).status).toBe(200);
  expect((await mark(twin)).problem.code).toBe('FILE_NOT_IN_DIFF');
  const stored = await gateway.store.readStream(streamOf('review', reviewId));
  const said = stored.flatMap(({ type, data }) => (type === 'ReviewCreated' ? [] : [data]));
  expect(said).toMatchObject([{ comment: { path } }, { path }]);
});

it('a changed image is given as the picture it is, and as nothing else', async () => {
  const contents = {
    'a.png': Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'),
    'fake.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  };
  const round = ++rounds;
  const { changes } = await underReview(await storedImages(gateway.blobs, contents), round);
  const image = async (path: string, side: string) => {
    const address = `${gateway.address}${changes}/image?round=${round}&path=${path}&side=${side}`;
    return fetch(address, { headers: { cookie: owner.cookie ?? '' } });
  };
  const index = (await owner.call('GET', `${changes}?round=${round}`)).body as DiffIndex;
  expect(index.files[0]?.image).toEqual({ old: null, new: contents['a.png'].length });
  const shown = await image('a.png', 'new');
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff');
  expect(shown.headers.get('content-security-policy')).toContain('sandbox');
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(contents['a.png']);
  for (const [path, side] of [
    ['a.png', 'old'],
    ['fake.png', 'new'],
    ['nowhere.png', 'new'],
  ] as const)
    expect((await image(path, side)).status, path).toBe(404);
});

async function joined(role: 'editor' | 'viewer'): Promise<Client> {
  const { url } = (await owner.call('POST', '/api/invites', { role })).body as { url: string };
  const client = createClient(gateway);
  const token = new URL(url).searchParams.get('token');
  const email = `${newId()}@example.org`;
  const answer = await client.call('POST', '/api/invites/accept', {
    token,
    name: role,
    email,
    password: 'correct horse battery',
  });
  expect(answer.status).toBe(201);
  return client;
}
