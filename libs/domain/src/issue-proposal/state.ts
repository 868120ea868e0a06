import type { EventData, IssueProposalEvent } from '@claude-codex/contracts/events';
import { type Seen, skipUnknown } from '@claude-codex/eventing/decider';

/** What became of one issue of the list. */
export type Outcome =
  | { readonly status: 'proposed' | 'wanted' }
  | { readonly status: 'opened'; readonly number: number; readonly url: string }
  | { readonly status: 'refused'; readonly detail: string };

export interface IssueProposalFacts extends EventData<'IssuesProposed'> {
  /** As many as there are issues, in their order. */
  readonly outcomes: readonly Outcome[];
}

export type IssueProposalState =
  | { status: 'none' }
  | ({ status: 'open' | 'accepted' | 'declined' } & IssueProposalFacts);

export const initialIssueProposal: IssueProposalState = { status: 'none' };

export function evolveIssueProposal(state: IssueProposalState, event: Seen<IssueProposalEvent>): IssueProposalState {
  if (event.type === 'IssuesProposed') {
    const outcomes = event.data.issues.map((): Outcome => ({ status: 'proposed' }));
    return { status: 'open', ...event.data, outcomes };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'IssuesAccepted': {
      const chosen = new Set(event.data.chosen);
      const outcomes = state.outcomes.map((one, nth): Outcome => (chosen.has(nth) ? { status: 'wanted' } : one));
      return { ...state, status: 'accepted', outcomes };
    }
    case 'IssuesDeclined':
      return { ...state, status: 'declined' };
    case 'IssueOpened': {
      const { nth, number, url } = event.data;
      return { ...state, outcomes: state.outcomes.with(nth, { status: 'opened', number, url }) };
    }
    case 'IssueRefused': {
      const { nth, detail } = event.data;
      return { ...state, outcomes: state.outcomes.with(nth, { status: 'refused', detail }) };
    }
    default:
      return skipUnknown(event, state);
  }
}
