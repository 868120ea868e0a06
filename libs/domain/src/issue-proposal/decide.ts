import type { EventData, IssueProposalEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolveIssueProposal, type IssueProposalState, initialIssueProposal, type Outcome } from './state.ts';

export type IssueProposalCommand =
  | ({ type: 'ProposeIssues' } & EventData<'IssuesProposed'>)
  | { type: 'AcceptIssues'; chosen: readonly number[] }
  | { type: 'DeclineIssues'; reason: string }
  | ({ type: 'RecordIssue' } & Omit<EventData<'IssueOpened'>, 'taskId'>)
  | ({ type: 'RecordIssueRefusal' } & Omit<EventData<'IssueRefused'>, 'taskId'>);

/**
 * Issues an agent proposes. A person decides once which of them are opened; what the forge refused may be wanted again
 * when its cause is gone, or left. Refuses with PROPOSAL_NOT_FOUND, PROPOSAL_DECIDED, ISSUE_NOT_PROPOSED for a place that is not
 * in the list, and ISSUE_ORDER for one that waits for itself or for a later one.
 */
export function decideIssueProposal(command: IssueProposalCommand, state: IssueProposalState): IssueProposalEvent[] {
  if (command.type === 'ProposeIssues') {
    const { type: _type, ...data } = command;
    const nth = data.issues.findIndex(({ after }, at) => after.some((before) => before >= at));
    if (nth !== -1) return refuse('ISSUE_ORDER', { nth });
    return state.status === 'none' ? [{ type: 'IssuesProposed', data }] : [];
  }
  if (state.status === 'none') return refuse('PROPOSAL_NOT_FOUND');
  const { taskId, outcomes } = state;
  switch (command.type) {
    case 'AcceptIssues': {
      const chosen = [...new Set(command.chosen)].sort((a, b) => a - b);
      const unknown = chosen.find((nth) => outcomes[nth] === undefined);
      if (unknown !== undefined) return refuse('ISSUE_NOT_PROPOSED', { nth: unknown });
      const wanted = state.status === 'open' ? 'proposed' : 'refused';
      const isOpen = state.status !== 'declined' && chosen.every((nth) => outcomes[nth]?.status === wanted);
      return isOpen ? [{ type: 'IssuesAccepted', data: { taskId, chosen } }] : refuse('PROPOSAL_DECIDED');
    }
    case 'DeclineIssues':
      if (!waitsForPerson(state.status, outcomes)) return refuse('PROPOSAL_DECIDED');
      return [{ type: 'IssuesDeclined', data: { taskId, reason: command.reason } }];
    case 'RecordIssue': {
      const { type: _type, ...opened } = command;
      return isWanted(outcomes, opened.nth) ? [{ type: 'IssueOpened', data: { taskId, ...opened } }] : [];
    }
    case 'RecordIssueRefusal': {
      const { type: _type, ...refused } = command;
      return isWanted(outcomes, refused.nth) ? [{ type: 'IssueRefused', data: { taskId, ...refused } }] : [];
    }
    default:
      return unknownCommand(command);
  }
}

/** Nobody decided yet, or the forge did not take what was wanted. */
function waitsForPerson(status: 'open' | 'accepted' | 'declined', outcomes: readonly Outcome[]): boolean {
  return status === 'open' || (status === 'accepted' && outcomes.some((one) => one.status === 'refused'));
}

/** Whoever carries it out may do so twice. */
function isWanted(outcomes: readonly Outcome[], nth: number): boolean {
  return outcomes[nth]?.status === 'wanted';
}

export const issueProposalDecider: Decider<IssueProposalState, IssueProposalCommand, IssueProposalEvent> = {
  initialState: initialIssueProposal,
  evolve: evolveIssueProposal,
  decide: decideIssueProposal,
};
