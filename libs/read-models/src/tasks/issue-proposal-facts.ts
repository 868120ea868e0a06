import {
  type IssueProposalView,
  idOf,
  type issueProposalEvents,
  type ProposedIssueView,
  type RecordedEvent,
  type TaskView,
} from '@claude-codex/contracts';
import { changeById, type Facts, personOf, putById } from './facts.ts';

/** Issues an agent proposes, what a person says to them, and which of them stand at the forge. */
export const issueProposalFacts: Facts<keyof typeof issueProposalEvents> = {
  IssuesProposed(view, { data, stream, at }) {
    const proposal: IssueProposalView = {
      id: idOf(stream),
      ...data,
      status: 'open',
      issues: data.issues.map((issue) => ({ ...issue, status: 'proposed', opened: null, refusal: null })),
      decidedBy: null,
      reason: '',
      proposedAt: at,
    };
    return { ...view, issueProposals: putById(view.issueProposals, proposal) };
  },
  IssuesAccepted(view, event) {
    const chosen = new Set(event.data.chosen);
    return change(view, event, ({ issues }) => ({
      status: 'accepted',
      decidedBy: personOf(event),
      issues: issues.map((issue, nth): ProposedIssueView => {
        if (chosen.has(nth)) return { ...issue, status: 'wanted', refusal: null };
        return issue.status === 'proposed' ? { ...issue, status: 'left_out' } : issue;
      }),
    }));
  },
  IssuesDeclined(view, event) {
    const { reason } = event.data;
    return change(view, event, () => ({ status: 'declined', decidedBy: personOf(event), reason }));
  },
  IssueOpened(view, event) {
    const { nth, number, url } = event.data;
    return changeIssue(view, event, nth, { status: 'opened', opened: { number, url } });
  },
  IssueRefused(view, event) {
    const { nth, detail } = event.data;
    return changeIssue(view, event, nth, { status: 'refused', refusal: detail });
  },
};

function changeIssue(view: TaskView, event: RecordedEvent, nth: number, is: Partial<ProposedIssueView>): TaskView {
  return change(view, event, ({ issues }) => ({
    issues: issues.map((issue, at) => (at === nth ? { ...issue, ...is } : issue)),
  }));
}

function change(
  view: TaskView,
  { stream }: RecordedEvent,
  changes: (before: IssueProposalView) => Partial<IssueProposalView>,
): TaskView {
  const id = idOf(stream);
  const before = view.issueProposals.find((proposal) => proposal.id === id);
  if (before === undefined) return view;
  return { ...view, issueProposals: changeById(view.issueProposals, id, changes(before)) };
}
