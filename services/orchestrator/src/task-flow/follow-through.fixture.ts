import { type EventData, type FollowThrough, idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { type PullRequestCommand, pullRequestDecider } from '@claude-codex/domain';
import { agentHandsOver, agentStarts, changes, createdTask, house, personDecides } from './flow-house.fixture.ts';

type Checks = EventData<'PullRequestChecked'>['checks'];

/** The commit that is handed over in a round: no two are the same. */
export const headOf = (round: number): string => round.toString(16).repeat(40);

/** Work of this round is handed over, approved, and stands at its forge. */
export async function offered(round: number): Promise<void> {
  await agentHandsOver('develop', round, { changes: { ...changes, headSha: headOf(round) } });
  await personDecides('develop', round, { type: 'ApproveReview', note: '', merge: null });
  await record({ type: 'RecordPublished', number: 7, url: 'https://github.com/team/shop/pull/7' });
  await house.settle();
}

/** A task of a repository at a forge whose first work stands there. */
export async function firstOffered(followThrough: FollowThrough = { automatic: true, rounds: 10 }): Promise<void> {
  await createdTask('develop', { followThrough });
  await agentStarts();
  await offered(1);
}

export const pullRequestId = async (): Promise<string> => idOf((await house.last('PullRequestOpened')).stream);

/** To the newest pull request, without what follows. */
export async function record(command: PullRequestCommand): Promise<void> {
  await house.run(streamOf('pullrequest', await pullRequestId()), pullRequestDecider, command);
}

/** What its forge says of the commit of a round: a log for each check that failed, null while one runs. */
export async function checked(round: number, logs: Readonly<Record<string, string | null>>): Promise<void> {
  const checks: Checks = Object.entries(logs).map(([name, text]) => ({
    ...{ name, url: null, verdict: text === null ? ('pending' as const) : ('failed' as const) },
    report: text === null ? null : { from: 'log' as const, text },
  }));
  const failed = checks.some(({ verdict }) => verdict === 'failed');
  const verdict = failed ? 'failed' : checks.length === 0 ? 'passed' : 'pending';
  await record({ type: 'RecordChecks', headSha: headOf(round), verdict, checks });
}

type Review = Omit<EventData<'PullRequestReviewed'>, 'author' | 'url' | 'at'>;

/** Somebody reviews it there: by default one who may write asks for changes. */
export async function reviewed(round: number, review: Partial<Review> = {}): Promise<void> {
  const said = { id: 'review-1', mayWrite: true, body: 'Name it.', verdict: 'changes_requested' as const };
  const known = { author: 'grace', url: 'https://x/1', at: '2026-03-01T12:00:00Z' };
  await record({ type: 'RecordReview', ...said, ...known, comments: [], headSha: headOf(round), ...review });
}

export const all = async <T extends RecordedDomainEvent['type']>(type: T) =>
  (await house.store.readAll({ after: 0, limit: 1000 })).filter(
    (event): event is Extract<RecordedDomainEvent, { type: T }> => event.type === type,
  );

/** The rounds that began by themselves, and why it stopped. */
export async function followed() {
  const rounds = (await all('PhaseReopened')).flatMap(({ data }) => data.automatic ?? []);
  const stops = (await all('PullRequestFollowThroughStopped')).map(({ data }) => data.why);
  return { rounds: rounds.map(({ over, round }) => `${over} ${round}`), stops };
}
