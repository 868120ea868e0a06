import type { IssueProposalEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { CODER, REPOSITORY, TASK } from '../spec/samples.ts';
import { evolveIssueProposal, initialIssueProposal, issueProposalDecider } from './index.ts';

const given = specFor(issueProposalDecider);
const issue = (title: string, after: number[] = []) => ({ title, body: 'Why.', labels: [], after });
const data = {
  ...{ taskId: TASK, repositoryId: REPOSITORY, instanceId: CODER, phase: 'plan' },
  issues: [issue('One'), issue('Two', [0]), issue('Three', [0, 1])],
};
const proposed: IssueProposalEvent = { type: 'IssuesProposed', data };
const accepted = (...chosen: number[]): IssueProposalEvent => ({
  type: 'IssuesAccepted',
  data: { taskId: TASK, chosen },
});
const declined: IssueProposalEvent = { type: 'IssuesDeclined', data: { taskId: TASK, reason: 'Later' } };
const url = 'https://github.com/acme/app/issues/7';
const opened = (nth: number): IssueProposalEvent => ({
  type: 'IssueOpened',
  data: { taskId: TASK, nth, number: 7, url },
});
const refused = (nth: number): IssueProposalEvent => ({
  type: 'IssueRefused',
  data: { taskId: TASK, nth, detail: 'Issues are disabled.' },
});

describe('issues an agent proposes', () => {
  it('are a list once, in an order in which each waits for earlier ones only', () => {
    given([])
      .when({ type: 'ProposeIssues', ...data })
      .then([proposed]);
    given([proposed])
      .when({ type: 'ProposeIssues', ...data })
      .thenNothing();
    for (const after of [[0], [1]]) {
      given([])
        .when({ type: 'ProposeIssues', ...data, issues: [issue('One', after), issue('Two')] })
        .refusedWith('ISSUE_ORDER');
    }
  });

  it('are decided about once: some of them, each once and in the order of the list, or none', () => {
    given([proposed])
      .when({ type: 'AcceptIssues', chosen: [2, 0, 2] })
      .then([accepted(0, 2)]);
    given([proposed]).when({ type: 'DeclineIssues', reason: 'Later' }).then([declined]);
    for (const decided of [accepted(0), declined]) {
      given([proposed, decided])
        .when({ type: 'AcceptIssues', chosen: [1] })
        .refusedWith('PROPOSAL_DECIDED');
      given([proposed, decided]).when({ type: 'DeclineIssues', reason: '' }).refusedWith('PROPOSAL_DECIDED');
    }
  });

  it('are none that are not in the list, and nothing where no list is', () => {
    given([proposed])
      .when({ type: 'AcceptIssues', chosen: [0, 3] })
      .refusedWith('ISSUE_NOT_PROPOSED');
    given([])
      .when({ type: 'AcceptIssues', chosen: [0] })
      .refusedWith('PROPOSAL_NOT_FOUND');
  });

  it('come to one end each, and only where somebody wanted it', () => {
    given([proposed, accepted(0)])
      .when({ type: 'RecordIssue', nth: 0, number: 7, url })
      .then([opened(0)]);
    given([proposed, accepted(0), opened(0)])
      .when({ type: 'RecordIssue', nth: 0, number: 8, url })
      .thenNothing();
    given([proposed, accepted(0)])
      .when({ type: 'RecordIssue', nth: 1, number: 7, url })
      .thenNothing();
    given([proposed]).when({ type: 'RecordIssueRefusal', nth: 0, detail: 'No.' }).thenNothing();
  });

  it('may be wanted again or left when the forge did not take them, and only those', () => {
    const history = [proposed, accepted(0, 1), opened(0), refused(1)];
    given(history)
      .when({ type: 'AcceptIssues', chosen: [1] })
      .then([accepted(1)]);
    for (const chosen of [[0], [2], [0, 1]]) {
      given(history).when({ type: 'AcceptIssues', chosen }).refusedWith('PROPOSAL_DECIDED');
    }
    given(history).when({ type: 'DeclineIssues', reason: 'Later' }).then([declined]);
    given([...history, declined])
      .when({ type: 'AcceptIssues', chosen: [1] })
      .refusedWith('PROPOSAL_DECIDED');
    const state = [...history, accepted(1)].reduce(evolveIssueProposal, initialIssueProposal);
    expect(state).toMatchObject({ outcomes: [{ status: 'opened' }, { status: 'wanted' }, { status: 'proposed' }] });
  });
});
