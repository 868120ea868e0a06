import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ChangeSet, EVENT_TYPES, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain';
import { createMemoryEventStore, createSchemaRegistry, type EventStore } from '@claude-codex/eventing';
import { createLogger, newId } from '@claude-codex/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { event } from '../merge/task-in-review.fixture.ts';
import { commitFiles, createRepository, git, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { createThreadProcess } from './carry-over.ts';

const [taskId, instanceId, repositoryId] = [newId(), newId(), newId()];
const workflow = BUILT_IN_WORKFLOWS.find(({ name }) => name === 'develop');
const branch = 'codex/1-a1';
let root: string;
let store: EventStore;

beforeEach(async () => {
  root = temporaryDirectory();
  createRepository(root, { 'a.ts': 'one\ntwo\nthree\n' });
  git(root, 'checkout', '--quiet', '-b', branch);
  store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  if (workflow === undefined) throw new Error('the workflow is gone');
  const about = { repositoryId, baseBranch: 'main', model: null, title: 'Greet', description: '', labels: [] };
  const rest = { number: 1, taskType: 'feature' as const, priority: 'normal' as const, workflow, origin: null };
  await append(streamOf('task', taskId), event('TaskCreated', { ...about, ...rest }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function append(stream: string, ...events: Parameters<EventStore['append']>[0]['writes'][number]['events']) {
  const actor = { kind: 'person' as const, id: 'ada' };
  const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId: 'w' };
  await store.append({ commandId: newId(), meta, writes: [{ stream, expectedVersion: 'any', events }] });
}

/** The agent hands over a commit; what a person says of line 2 in it becomes a thread. */
async function handOver(round: number, content: string, body: string | null): Promise<string | null> {
  const headSha = commitFiles(root, { 'a.ts': content }, `Round ${round}`);
  const [reviewId, commentId] = [newId(), newId()];
  const changes: ChangeSet = {
    ...{ branch, baseSha: git(root, 'rev-parse', 'main'), headSha, previousHeadSha: null, commits: [] },
    ...{ filesChanged: 1, additions: 1, deletions: 0, diffBlobId: 'd', interdiffBlobId: null },
  };
  const done = { phase: 'develop', round, instanceId, summary: '', deliverables: [], changes };
  const evidence = { toolCalls: 1, check: null, suspicious: false };
  await append(streamOf('task', taskId), event('AttemptCompleted', { ...done, evidence, reviewId }));
  const gate = [{ by: 'person' as const, needed: 1 }];
  await append(streamOf('review', reviewId), event('ReviewCreated', { ...done, taskId, subject: 'changes', gate }));
  if (body === null) return null;
  const lines = { path: 'a.ts', side: 'new' as const, startLine: 2, endLine: 2 };
  const said = { quote: 'two', body };
  await append(streamOf('review', reviewId), event('ReviewCommented', { comment: { commentId, ...lines, ...said } }));
  const of = { taskId, reviewId, phase: 'develop', instanceId, round, branch, headSha };
  await append(streamOf('thread', commentId), event('ThreadOpened', { ...of, lines, ...said, by: 'ada' }));
  return commentId;
}

async function settle(): Promise<RecordedDomainEvent[]> {
  const log = createLogger({ service: 'test', level: 'silent' });
  const mirrors = { gitDir: () => join(root, '.git') };
  const all = async () => (await store.readAll({ after: 0, limit: 1_000 })) as RecordedDomainEvent[];
  // From the beginning and twice, as after a kill before the checkpoint was saved.
  for (let time = 0; time < 2; time += 1) {
    const threads = createThreadProcess({ actor: 'git', store, mirrors, log });
    for (const recorded of await all()) await threads.handle(recorded);
  }
  return (await all()).filter(({ type }) => type === 'ThreadMoved');
}

const moved = (id: string | null, round: number, place: object | null) => ({
  stream: streamOf('thread', id ?? ''),
  data: { taskId, round, place },
});

it('every thread gets its place in each later round once, whatever was handled before', async () => {
  const first = await handOver(1, 'one\ntwo\nthree\nfour\n', 'Why?');
  const second = await handOver(2, 'zero\none\ntwo\nthree\n', 'And this?');
  await handOver(3, 'zero\none\nthree\n', null);
  const place = { path: 'a.ts', side: 'new', startLine: 3, endLine: 3, touched: false };
  expect(await settle()).toMatchObject([
    moved(first, 2, place),
    moved(first, 3, null),
    moved(second, 3, { startLine: 2, touched: false }),
  ]);
});

it('lines that come back are found again', async () => {
  const first = await handOver(1, 'one\ntwo\nthree\nfour\n', 'Why?');
  await handOver(2, 'one\nthree\nfour\n', null);
  await handOver(3, 'one\ntwo\nthree\nfour\n', null);
  expect(await settle()).toMatchObject([moved(first, 2, null), moved(first, 3, { startLine: 2, touched: false })]);
});

it('what was said of a commit that is gone is outdated', async () => {
  const first = await handOver(1, 'one\ntwo\nthree\nfour\n', 'Why?');
  git(root, 'reset', '--quiet', '--hard', 'main');
  git(root, 'reflog', 'expire', '--expire=now', '--all');
  git(root, 'gc', '--quiet', '--prune=now');
  await handOver(2, 'one\ntwo\nthree\nfive\n', null);
  expect(await settle()).toMatchObject([moved(first, 2, null)]);
});

it('one that was begun at a forge, about a round that others came after, has its place in the newest', async () => {
  const unheard = await handOver(1, 'one\ntwo\nthree\nfour\n', 'Why?');
  const opened = (await store.readStream(streamOf('thread', unheard ?? ''))).at(0) as RecordedDomainEvent;
  await handOver(2, 'zero\none\ntwo\nthree\n', null);
  await settle();
  if (opened.type !== 'ThreadOpened') throw new Error('it was not opened');
  const threadId = newId();
  const at = { provider: 'github' as const, commentId: '7', url: 'https://x/7' };
  const link = { ...at, from: 'there' as const, login: 'grace', mayWrite: true };
  await append(streamOf('review', opened.data.reviewId), event('ReviewThreadBegun', { threadId }));
  await append(
    streamOf('thread', threadId),
    event('ThreadOpened', opened.data),
    event('ThreadLinked', { taskId, replyId: null, link }),
  );
  const place = { path: 'a.ts', side: 'new', startLine: 3, endLine: 3, touched: false };
  expect((await settle()).slice(1)).toMatchObject([moved(threadId, 2, place)]);
});
