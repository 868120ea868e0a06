import { type RecordedEventIn, streamOf } from '@claude-codex/contracts';
import type { RemoteForge } from '@claude-codex/contracts/forge';
import {
  evolveIssueProposal,
  type IssueProposalCommand,
  type IssueProposalState,
  initialIssueProposal,
  issueProposalDecider,
  repositoryDecider,
  taskDecider,
} from '@claude-codex/domain';
import { type EventStore, loadState, readWholeStream } from '@claude-codex/eventing';
import { ForgeGone } from '@claude-codex/forges/remote-forge';
import type { Logger } from '@claude-codex/service-kit/log';
import type { CommentPlace } from '../commands/comment-forge.ts';
import { record } from '../desk/record.ts';
import { taskLink } from '../desk/task-link.ts';
import { issueBody } from './issue-body.ts';
import { type IssueForge, IssueNotTaken } from './issue-forge.ts';

export interface OpenIssuesParts {
  readonly store: EventStore;
  readonly forge: IssueForge;
  /** The forge it opens issues at; those of others are left alone. */
  readonly provider: RemoteForge;
  readonly publicUrl: string | null;
  readonly log: Logger;
}

interface Proposal {
  readonly id: string;
  readonly state: Exclude<IssueProposalState, { status: 'none' }>;
  /** When a person wanted issues of it last: what is done follows from that. */
  readonly accepted: RecordedEventIn<'proposal'>;
  readonly place: CommentPlace | null;
}

/**
 * Opens what a person wants of a proposal, one after the other in the order of the list, so that each can name what it
 * depends on. Doing it again opens nothing twice. What the forge does not take is written down with its words. Throws
 * `ForgeAway`.
 */
export async function openIssues(parts: OpenIssuesParts, id: string): Promise<void> {
  for (const nth of wantedIn(await read(parts, id))) {
    // Anew, with the number of the one before.
    const proposal = await read(parts, id);
    if (proposal !== null) await write(parts, proposal, await outcomeOf(parts, proposal, nth));
  }
}

/** Says of all that are wanted that they will not be opened by themselves. */
export async function giveUp(parts: OpenIssuesParts, id: string): Promise<void> {
  const proposal = await read(parts, id);
  if (proposal === null) return;
  for (const nth of wantedIn(proposal)) {
    await write(parts, proposal, refusal(nth, 'A fault on our side kept it from being opened.'));
  }
}

/** Null when nobody wants anything of it, or it is for a forge of another service. */
async function read({ store, provider }: OpenIssuesParts, id: string): Promise<Proposal | null> {
  const events = await readWholeStream(store, streamOf('proposal', id));
  const accepted = events.findLast(({ type }) => type === 'IssuesAccepted');
  const state = events.reduce(evolveIssueProposal, initialIssueProposal);
  if (accepted === undefined || state.status === 'none') return null;
  const repository = await loadState(store, streamOf('repository', state.repositoryId), repositoryDecider);
  if (repository.status !== 'connected') return { id, state, accepted, place: null };
  const { source } = repository;
  return source.kind === 'forge' && source.provider === provider ? { id, state, accepted, place: source } : null;
}

function wantedIn(proposal: Proposal | null): number[] {
  const outcomes = proposal?.state.outcomes ?? [];
  return outcomes.flatMap(({ status }, nth) => (status === 'wanted' ? [nth] : []));
}

async function outcomeOf(
  { store, forge, publicUrl }: OpenIssuesParts,
  { id, state, place, accepted }: Proposal,
  nth: number,
): Promise<IssueProposalCommand> {
  const issue = state.issues[nth];
  if (place === null || issue === undefined) return refusal(nth, 'The repository was removed.');
  const { taskId, outcomes } = state;
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  const after = issue.after.flatMap((before) => numberIn(outcomes[before]) ?? []);
  const body = issueBody(issue, after, taskLink(publicUrl, taskId, task));
  const wanted = { mark: `${id}-${nth}`, title: issue.title, labels: issue.labels, after, body };
  try {
    return { type: 'RecordIssue', nth, ...(await forge.open(place, wanted, Date.parse(accepted.at))) };
  } catch (error) {
    if (!(error instanceof IssueNotTaken || error instanceof ForgeGone)) throw error;
    return refusal(nth, error.message);
  }
}

function numberIn(outcome: Proposal['state']['outcomes'][number] | undefined): number | null {
  return outcome?.status === 'opened' ? outcome.number : null;
}

function refusal(nth: number, detail: string): IssueProposalCommand {
  return { type: 'RecordIssueRefusal', nth, detail };
}

function write(parts: OpenIssuesParts, { id, accepted }: Proposal, command: IssueProposalCommand): Promise<void> {
  return record(parts, accepted, { stream: streamOf('proposal', id), decider: issueProposalDecider, command });
}
