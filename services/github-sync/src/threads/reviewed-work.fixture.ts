import { streamOf, type ThreadLines } from '@claude-codex/contracts';
import { type KnownThread, threadsOf } from '@claude-codex/domain';
import { changes, evidence, taskData } from '@claude-codex/domain/spec/samples';
import { newId } from '@claude-codex/service-kit/ids';
import { waitFor } from '@claude-codex/testing/wait-for';
import { type AppHouse, type OpenedPull, SLUG } from '../deliveries/app-house.fixture.ts';

const PHASE = 'develop';
const FILE = { 'greet.txt': 'one\ntwo\nthree\nfour\nfive\n' };

/** Work of a task that was reviewed in one round, and stands on GitHub as it was approved. */
export interface Reviewed extends OpenedPull {
  readonly reviewId: string;
  readonly instanceId: string;
}

export async function reviewedWork(at: AppHouse, branch: string): Promise<Reviewed> {
  const pull = await at.openPull(branch, FILE);
  const [reviewId, instanceId] = [newId(), newId()];
  const work = { ...changes, branch, headSha: pull.headSha };
  const of = { phase: PHASE, round: 1, instanceId };
  const task = streamOf('task', pull.taskId);
  await at.append(task, { type: 'TaskCreated', data: { ...taskData, repositoryId: at.repositoryId } });
  await at.append(streamOf('review', reviewId), {
    type: 'ReviewCreated',
    data: {
      ...{ ...of, taskId: pull.taskId, subject: 'changes', summary: '', deliverables: [], changes: work },
      gate: [{ by: 'person', needed: 1 }],
    },
  });
  const handedOver = { summary: '', deliverables: [], evidence, changes: work, reviewId };
  await at.append(task, { type: 'AttemptCompleted', data: { ...of, ...handedOver } });
  return { ...pull, reviewId, instanceId };
}

/** The agent works on what was asked for, and hands over work that does not stand there; what does stays open. */
export async function nextRound(at: AppHouse, { pullRequestId, taskId, branch, instanceId }: Reviewed) {
  const closed = { reason: 'Its work goes back to the agent.', atForge: 'stays_open' };
  await at.append(streamOf('pullrequest', pullRequestId), { type: 'PullRequestClosed', data: closed });
  const [reviewId, headSha] = [newId(), 'e'.repeat(40)];
  const of = { phase: PHASE, round: 2, instanceId };
  const work = { ...changes, branch, headSha };
  await at.append(streamOf('review', reviewId), {
    type: 'ReviewCreated',
    data: {
      ...{ ...of, taskId, subject: 'changes', summary: '', deliverables: [], changes: work },
      gate: [{ by: 'person', needed: 1 }],
    },
  });
  const handedOver = { summary: '', deliverables: [], evidence, changes: work, reviewId };
  await at.append(streamOf('task', taskId), { type: 'AttemptCompleted', data: { ...of, ...handedOver } });
  return { reviewId, headSha, round: 2 };
}

/** A comment of ours that became a thread. @returns its id */
export async function openThread(
  at: AppHouse,
  { taskId, reviewId, instanceId, branch, headSha, round = 1 }: Reviewed & { readonly round?: number },
  { lines = {}, body = 'Why two?' }: { readonly lines?: Partial<ThreadLines>; readonly body?: string } = {},
): Promise<string> {
  const threadId = newId();
  const place = { path: 'greet.txt', side: 'new' as const, startLine: 2, endLine: 2, ...lines };
  const comment = { commentId: threadId, ...place, quote: 'two', body };
  await at.append(streamOf('review', reviewId), { type: 'ReviewCommented', data: { comment } });
  const of = { taskId, reviewId, phase: PHASE, instanceId, round, branch, headSha };
  await at.append(streamOf('thread', threadId), {
    type: 'ThreadOpened',
    data: { ...of, lines: place, quote: 'two', body, by: 'ada' },
  });
  return threadId;
}

/** Somebody does something with a thread here. */
export async function inThread(
  at: AppHouse,
  { taskId }: Reviewed,
  threadId: string,
  type: 'ThreadReplied' | 'ThreadResolved' | 'ThreadUnresolved' | 'ThreadSendRequested',
  data: object = {},
): Promise<void> {
  await at.append(streamOf('thread', threadId), { type, data: { taskId, ...data } });
}

export function threadsHere(at: AppHouse, { taskId, branch }: Reviewed): Promise<KnownThread[]> {
  return threadsOf(at.store, { taskId, branch, phase: PHASE });
}

/** What stands on GitHub, thread by thread: the words of each, and whether it is resolved. */
export function threadsThere(at: AppHouse, { number }: Reviewed) {
  const { pull } = at.github.issue(SLUG, number);
  if (pull === null) throw new Error(`#${number} is no pull request`);
  const { reviewComments, settledThreads } = pull;
  return reviewComments
    .filter(({ inReplyTo }) => inReplyTo === null)
    .map(({ id, line, startLine, body, author }) => ({
      ...{ id, line, startLine, body, by: author.login },
      status: settledThreads.has(id) ? ('resolved' as const) : ('open' as const),
      replies: reviewComments.filter(({ inReplyTo }) => inReplyTo === id).map((reply) => reply.body),
    }));
}

/** Waits for what a test says of the threads here, or there. */
export function seen<Found>(what: string, look: () => Promise<Found | null> | Found | null): Promise<Found> {
  return waitFor(what, async () => look(), { timeoutMs: 20_000 });
}
