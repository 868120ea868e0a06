import { idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import {
  type PullRequestCommand,
  type PullRequestState,
  pullRequestDecider,
  repositoryDecider,
  taskDecider,
} from '@claude-codex/domain';
import { type EventStore, fold, loadState, readWholeStream } from '@claude-codex/eventing';
import { carryOut } from '@claude-codex/forges/carry-out';
import type { Change } from '@claude-codex/forges/forge';
import type { ForgeAway, RemoteForge } from '@claude-codex/forges/remote-forge';
import type { Logger } from '@claude-codex/service-kit/log';
import { record } from './record.ts';

export interface StepParts {
  readonly store: EventStore;
  readonly forge: RemoteForge;
  readonly log: Logger;
}

type Known = Exclude<PullRequestState, { status: 'none' }>;

/** A pull request as the log has it: its state, the newest event of it, and the whole of it. */
interface Case {
  readonly state: Known;
  readonly change: Change;
  readonly events: readonly RecordedDomainEvent[];
  readonly newest: RecordedDomainEvent;
}

/** When it is to be looked at next; `over`: never again. */
export type Next = 'again' | 'later' | 'over';

/**
 * Does the one thing a pull request waits for, by what the log says of it, or learns how it stands at its forge. Being
 * killed at any point leaves what the next call finds. Throws `ForgeAway`.
 */
export async function step(parts: StepParts, pullRequestId: string): Promise<Next> {
  const found = await caseOf(parts.store, pullRequestId);
  if (found === null) return 'over';
  const { state, change } = found;
  switch (state.status) {
    case 'publishing':
      await publish(parts, found);
      return 'again';
    case 'merging':
    case 'updating':
      await asked(parts, found);
      return 'again';
    case 'closed':
      if (state.atForge !== 'to_close') return 'over';
      await parts.forge.withdraw(change);
      await recordOf(parts, found, { type: 'RecordWithdrawn' });
      return 'over';
    case 'unpublished':
      return 'later';
    case 'open':
      return learn(parts, found);
    case 'merged':
      return 'over';
  }
}

async function publish(parts: StepParts, found: Case): Promise<void> {
  const published = await parts.forge.publish(found.change);
  await recordOf(
    parts,
    found,
    published.ok
      ? { type: 'RecordPublished', number: published.number, url: published.url }
      : { type: 'RecordPublishFailure', code: published.code, detail: published.detail },
  );
}

/** What was asked for last, once it stands there. */
async function asked(parts: StepParts, found: Case): Promise<void> {
  const { store, forge, log } = parts;
  if (found.change.number === null) return publish(parts, found);
  const request = found.events.findLast(isRequest);
  if (request === undefined) return;
  await carryOut({ actor: 'github-sync', store, forges: new Map([[forge.provider, forge]]), log }, request);
}

function isRequest(
  event: RecordedDomainEvent,
): event is Extract<RecordedDomainEvent, { type: 'PullRequestMergeRequested' | 'PullRequestUpdateRequested' }> {
  return event.type === 'PullRequestMergeRequested' || event.type === 'PullRequestUpdateRequested';
}

/** What happened there without us. */
async function learn(parts: StepParts, found: Case): Promise<Next> {
  const { change, state } = found;
  const standing = await parts.forge.look(change);
  if (standing === null || standing.state === 'closed') {
    const reason = standing === null ? 'It is not there any more.' : 'It was closed there.';
    await recordOf(parts, found, { type: 'ClosePullRequest', reason, atForge: 'closed' });
    return 'over';
  }
  await recordOf(parts, found, { type: 'RecordChecks', ...standing.checks });
  if (standing.state === 'open') return 'later';
  // Nobody says how it was merged there; what was asked for here last is the best guess there is.
  const strategy = 'strategy' in state ? state.strategy : 'merge';
  await recordOf(parts, found, { type: 'RecordMerge', mergeSha: standing.mergeSha, strategy });
  const stream = streamOf('repository', change.repositoryId);
  await record(parts, found.newest, { stream, decider: repositoryDecider, command: { type: 'RefreshRepository' } });
  return 'over';
}

/** Says on its task why it waits, once for as long as that is the reason. */
export async function holdBack(parts: StepParts, pullRequestId: string, away: ForgeAway): Promise<void> {
  const found = await caseOf(parts.store, pullRequestId);
  if (found === null || found.state.status === 'open' || found.state.status === 'closed') return;
  const { why: cause, message: detail } = away;
  const command = { type: 'HoldTaskBack', cause, detail, needsPerson: cause === 'forge_credential_refused' } as const;
  const stream = streamOf('task', found.state.taskId);
  await record(parts, found.newest, { stream, decider: taskDecider, command });
}

/** Null where nothing can be done with it: there is none, or its repository was removed. */
async function caseOf(store: EventStore, pullRequestId: string): Promise<Case | null> {
  const events = await readWholeStream(store, streamOf('pullrequest', pullRequestId));
  const state = fold(pullRequestDecider, events);
  const newest = events.at(-1);
  if (state.status === 'none' || newest === undefined) return null;
  const repository = await loadState(store, streamOf('repository', state.repositoryId), repositoryDecider);
  if (repository.status !== 'connected') return null;
  return { state, change: { ...state, pullRequestId, source: repository.source }, events, newest };
}

function recordOf(parts: StepParts, { newest }: Case, command: PullRequestCommand): Promise<void> {
  return record(parts, newest, {
    stream: streamOf('pullrequest', idOf(newest.stream)),
    decider: pullRequestDecider,
    command,
  });
}
