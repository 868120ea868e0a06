import {
  type EventData,
  type ForgeRules,
  type HoldCause,
  idOf,
  type RecordedDomainEvent,
  type StreamName,
  streamOf,
} from '@claude-codex/contracts';
import {
  isEnded,
  type PullRequestCommand,
  type PullRequestState,
  pullRequestDecider,
  type RepositoryState,
  repositoryDecider,
  taskDecider,
} from '@claude-codex/domain';
import { type Clock, type EventStore, fold, loadState, readWholeStream } from '@claude-codex/eventing';
import { carryOut } from '@claude-codex/forges/carry-out';
import type { Change } from '@claude-codex/forges/forge';
import { ForgeAway, ForgeGone, type RemoteForge, type Standing } from '@claude-codex/forges/remote-forge';
import { LOOKED_AT_MS } from '../looked-at.ts';
import { alignThreads } from '../threads/align.ts';
import type { ThreadParts } from '../threads/parts.ts';
import { record } from './record.ts';
import { type SayParts, sayHowItGoes, sayNotTakenUp } from './say-how-it-goes.ts';
import { whyNotTakenUp } from './taken-up.ts';

export interface StepParts extends SayParts, ThreadParts {
  readonly forge: RemoteForge;
  /** Ids of what people said at the forge of earlier pull requests on its branch: it is the same one there. */
  saidBefore(pullRequestId: string): ReadonlySet<string>;
  /** Whether no other one of its task was opened after it. */
  isNewest(pullRequestId: string): boolean;
  readonly clock: Pick<Clock, 'now'>;
}

type Known = Exclude<PullRequestState, { status: 'none' }>;

/** A pull request as the log has it: its state, the newest event of it, and the whole of it. */
interface Case {
  readonly state: Known;
  readonly change: Change;
  readonly repository: Exclude<RepositoryState, { status: 'none' }>;
  readonly events: readonly RecordedDomainEvent[];
  readonly newest: RecordedDomainEvent;
}

/** When it is to be looked at next; `seldom`: nothing is to be done with it as it is; `over`: never again. */
export type Next = 'again' | 'later' | 'seldom' | 'over';

/**
 * Does the one thing a pull request waits for, by what the log says of it, or learns how it stands at its forge. Being
 * killed at any point leaves what the next call finds. Throws `ForgeAway`.
 */
export async function step(parts: StepParts, pullRequestId: string): Promise<Next> {
  const found = await caseOf(parts.store, pullRequestId);
  if (found === null) return 'over';
  const { state } = found;
  switch (state.status) {
    case 'publishing':
      await publish(parts, found);
      return 'again';
    case 'merging':
    case 'updating':
      return asked(parts, found);
    case 'closed':
      return ofClosed(parts, found, state);
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

/** What was asked for last, once it stands there. A merge that its forge wants something before waits, and is followed. */
async function asked(parts: StepParts, found: Case): Promise<Next> {
  const { store, forge, log } = parts;
  const task = await loadState(store, streamOf('task', found.state.taskId), taskDecider);
  // For one that ended nothing is opened there; carrying out says so.
  if (found.change.number === null && !isEnded(task)) {
    await publish(parts, found);
    return 'again';
  }
  const request = found.events.findLast(isRequest);
  if (request === undefined) return 'again';
  const detail = await carryOut(
    { actor: 'github-sync', store, forges: new Map([[forge.provider, forge]]), log },
    request,
  );
  if (detail === null) return 'again';
  const next = await learn(parts, found);
  if (next === 'later') await sayItWaits(parts, request, { cause: 'forge_rules', detail, needsPerson: false });
  return next;
}

function isRequest(
  event: RecordedDomainEvent,
): event is Extract<RecordedDomainEvent, { type: 'PullRequestMergeRequested' | 'PullRequestUpdateRequested' }> {
  return event.type === 'PullRequestMergeRequested' || event.type === 'PullRequestUpdateRequested';
}

/** What happened there without us. */
async function learn(parts: StepParts, found: Case): Promise<Next> {
  const standing = await parts.forge.look(found.change, knownRemarks(parts, found));
  if (standing.state === 'closed') {
    await recordOf(parts, found, { type: 'ClosePullRequest', reason: 'It was closed there.', atForge: 'closed' });
    return 'seldom';
  }
  if (standing.state === 'merged') return recordMerge(parts, found, standing.mergeSha);
  if (standing.rules !== null) await recordRules(parts, found, standing.rules);
  await recordOf(parts, found, { type: 'RecordEdit', ...standing.text });
  if (standing.checks !== null) await recordOf(parts, found, { type: 'RecordChecks', ...standing.checks });
  if (standing.judged !== null) await recordOf(parts, found, { type: 'RecordJudgement', ...standing.judged });
  // Before the reviews they came in: who is sent back to work by one answers in them.
  await alignThreads(parts, { ...found, isDiscussed: standing.isDiscussed });
  for (const review of standing.reviews) await recordOf(parts, found, { type: 'RecordReview', ...review });
  for (const comment of standing.comments) await recordOf(parts, found, { type: 'RecordComment', ...comment });
  await sayHowItGoes(parts, found);
  return 'later';
}

/** What its repository allows there, for whoever merges. */
async function recordRules(parts: StepParts, { change, repository }: Case, rules: ForgeRules): Promise<void> {
  const command = { type: 'RecordRules', ...rules } as const;
  if (repository.status !== 'connected' || repositoryDecider.decide(command, repository).length === 0) return;
  const stream = streamOf('repository', change.repositoryId);
  const newest = (await readWholeStream(parts.store, stream)).at(-1);
  if (newest !== undefined) await record(parts, newest, { stream, decider: repositoryDecider, command });
}

function knownRemarks(parts: StepParts, { change, state }: Case): ReadonlySet<string> {
  const here = (state.remarks ?? []).map(({ id }) => id);
  return new Set([...parts.saidBefore(change.pullRequestId), ...here]);
}

/** It is over here, and there it may still stand. */
async function ofClosed(
  parts: StepParts,
  found: Case,
  { atForge, left = false }: Extract<Known, { status: 'closed' }>,
): Promise<Next> {
  const { change } = found;
  if (atForge === 'closed') return left ? 'over' : lookWhetherReopened(parts, found);
  if (atForge === 'stays_open') {
    // More work is under way for it; somebody may merge what is there.
    const standing = change.number === null ? null : await parts.forge.look(change, knownRemarks(parts, found));
    if (standing?.state === 'merged') return recordMerge(parts, found, standing.mergeSha);
    if (standing?.state === 'open') {
      await alignThreads(parts, { ...found, isDiscussed: standing.isDiscussed });
      await sayHowItGoes(parts, found);
    }
    return 'later';
  }
  const { mergeSha, left: staysOpen } = await withdrawn(parts, change);
  if (mergeSha !== null) return recordMerge(parts, found, mergeSha);
  await recordOf(parts, found, { type: 'RecordWithdrawn', left: staysOpen });
  return 'again';
}

/** Somebody may open it again there: its work goes on, where it can. */
async function lookWhetherReopened(parts: StepParts, found: Case): Promise<Next> {
  const { change, newest } = found;
  const isForgotten = parts.clock.now() - Date.parse(newest.at) > LOOKED_AT_MS;
  if (change.number === null || isForgotten) return 'over';
  const standing = await lookAtClosed(parts, found);
  if (standing === null || standing.state === 'closed') return 'seldom';
  if (standing.state === 'merged') return recordMerge(parts, found, standing.mergeSha);
  const why = await whyNotTakenUp(parts.store, change.taskId, parts.isNewest(change.pullRequestId));
  await recordOf(parts, found, { type: 'RecordReopened', why });
  if (why === null) return 'again';
  await sayNotTakenUp(parts, change, why);
  return 'seldom';
}

/** Null where that is not for us to see, maybe any more: nothing here waits for it. Throws `ForgeAway` for what passes. */
async function lookAtClosed(parts: StepParts, found: Case): Promise<Standing | null> {
  try {
    return await parts.forge.look(found.change, knownRemarks(parts, found));
  } catch (error) {
    if (error instanceof ForgeAway && !(error instanceof ForgeGone)) throw error;
    parts.log.info({ err: error, pullRequestId: found.change.pullRequestId }, 'a closed pull request cannot be seen');
    return null;
  }
}

/** Whoever ended the connection leaves there what is there. */
async function withdrawn(
  { forge, log }: StepParts,
  change: Change,
): Promise<{ readonly mergeSha: string | null; readonly left: boolean }> {
  try {
    return { ...(await forge.withdraw(change)), left: false };
  } catch (error) {
    if (!(error instanceof ForgeGone)) throw error;
    log.warn({ err: error, pullRequestId: change.pullRequestId }, 'a pull request stays open: nobody may close it');
    return { mergeSha: null, left: true };
  }
}

async function recordMerge(parts: StepParts, found: Case, mergeSha: string): Promise<Next> {
  const { change, state, newest } = found;
  // First, so that a process killed in between does it again.
  const stream = streamOf('repository', change.repositoryId);
  await record(parts, newest, { stream, decider: repositoryDecider, command: { type: 'RefreshRepository' } });
  // Nobody says how it was merged there; what was asked for here last is the best guess there is.
  const strategy = 'strategy' in state ? state.strategy : 'merge';
  await recordOf(parts, found, { type: 'RecordMerge', mergeSha, strategy });
  return 'over';
}

/** Says on its task why it waits, once for as long as that is the reason. */
export async function holdBack(
  parts: StepParts,
  pullRequestId: string,
  { cause, detail }: { readonly cause: HoldCause; readonly detail: string },
): Promise<void> {
  const found = await caseOf(parts.store, pullRequestId);
  if (found === null || found.state.status === 'open' || found.state.status === 'closed') return;
  const needsPerson = cause === 'forge_credential_refused' || cause === 'forge_failing';
  await sayItWaits(parts, found.newest, { cause, detail, needsPerson });
}

/** Once since an event of its pull request, for as long as that is the reason. */
async function sayItWaits(
  parts: StepParts,
  since: RecordedDomainEvent,
  { cause, detail, needsPerson }: EventData<'TaskHeldBack'>,
): Promise<void> {
  const command = { type: 'HoldTaskBack', cause, detail, needsPerson } as const;
  const [opened] = await parts.store.readStream(since.stream, { limit: 1 });
  if (opened?.type !== 'PullRequestOpened') return;
  const stream = streamOf('task', opened.data.taskId);
  const said = await saidSince(parts.store, stream, since);
  if (said?.data.cause === cause && said.data.detail === detail && said.data.needsPerson === needsPerson) return;
  // In the place of what was said before: a cause that passed and came back is said again.
  await record(parts, said ?? since, { stream, decider: taskDecider, command });
}

/** What its task waits for by its newest word, when that is newer than the last thing that happened to the pull request. */
async function saidSince(store: EventStore, stream: StreamName<'task'>, { position }: RecordedDomainEvent) {
  const events = await readWholeStream(store, stream);
  return events.findLast((event) => event.type === 'TaskHeldBack' && event.position > position) as
    | Extract<RecordedDomainEvent, { type: 'TaskHeldBack' }>
    | undefined;
}

/** Null when there is none. */
async function caseOf(store: EventStore, pullRequestId: string): Promise<Case | null> {
  const events = await readWholeStream(store, streamOf('pullrequest', pullRequestId));
  const state = fold(pullRequestDecider, events);
  const newest = events.at(-1);
  if (state.status === 'none' || newest === undefined) return null;
  const repository = await loadState(store, streamOf('repository', state.repositoryId), repositoryDecider);
  // Of one that was removed nothing new is done; what is to be closed there still is.
  if (repository.status === 'none') return null;
  return { state, change: { ...state, pullRequestId, source: repository.source }, repository, events, newest };
}

function recordOf(parts: StepParts, { newest }: Case, command: PullRequestCommand): Promise<void> {
  return record(parts, newest, {
    stream: streamOf('pullrequest', idOf(newest.stream)),
    decider: pullRequestDecider,
    command,
  });
}
