import type { EventData, EventType, RecordedDomainEvent } from '@claude-codex/contracts';
import { FORGES } from '@claude-codex/contracts/forge';
import type { ForgeVerdict } from '@claude-codex/contracts/pull-request/events';
import type { ThreadVerdict } from '@claude-codex/contracts/thread/events';
import { utcTime } from '@claude-codex/contracts/time';

type Sentences = { readonly [Type in EventType]: (data: EventData<Type>) => string };

/** The blocks of the text protocol; other warnings say in their own words what they are about. */
const TEXT_BLOCKS = new Set(['DEPENDENCY_REQUEST', 'USER_QUESTION', 'PHASE_COMPLETE', 'ERROR']);

function issuesOf(count: number): string {
  return `${count} ${count === 1 ? 'issue' : 'issues'}`;
}

/** What an agent says with its reply. */
const VERDICTS: Readonly<Record<ThreadVerdict, string>> = {
  done: ': it is done',
  question: ', with a question',
  objection: ', with an objection',
};

/** What happened, in the words a person uses. The type makes sure that no event goes without. */
const SENTENCES: Sentences = {
  WorkspaceCreated: ({ name }) => `The workspace ${quoted(name)} was created`,
  MemberJoined: ({ role }) => `Somebody joined as ${role}`,
  MemberRoleChanged: ({ role }) => `A member became ${role}`,
  MemberRemoved: () => 'A member was removed',
  PersonForgotten: () => 'The personal data of a former member was erased',
  UnsandboxedAgentsAllowed: ({ exposure }) => `Agents may start without a sandbox, able to read ${exposure}`,
  UnsandboxedAgentsForbidden: () => 'Agents may not start without a sandbox any more',
  TaskNumberAssigned: ({ number }) => `Number ${number} was given to a task`,

  RepositoryConnected: ({ name }) => `The repository ${quoted(name)} was connected`,
  RepositoryMirrored: ({ defaultBranch, branches, shallow }) =>
    `The repository was read: ${count(branches.length, 'branch', 'branches')}, work starts from ${defaultBranch}` +
    (shallow ? '; it is a shallow clone, so its history ends where it was cut' : ''),
  RepositoryUnavailable: ({ detail }) => `The repository could not be read: ${detail}`,
  RepositoryRefreshRequested: () => 'A new look at the repository was asked for',
  RepositoryConfigured: () => 'The settings of the repository were changed',
  RepositoryRulesSeen: ({ mergeMethods }) =>
    mergeMethods.length === 0
      ? 'Its forge allows no way of merging into it'
      : `Its forge allows to merge by ${mergeMethods.join(', ')}`,
  RepositoryRemoved: () => 'The repository was removed',

  TaskCreated: ({ number, title }) => `Task ${number} was created: ${title}`,
  TaskDescribed: ({ title }) => `The task was rewritten: ${title}`,
  TaskPrioritised: ({ priority }) => `The priority became ${priority}`,
  TaskLabelled: ({ labels }) =>
    labels.length === 0 ? 'All labels were removed' : `The labels became ${labels.join(', ')}`,
  TaskQueued: () => 'The task was queued',
  TaskStarted: () => 'Work on the task began',
  AttemptStarted: ({ phase, round }) => `The phase ${quoted(phase)} started${roundOf(round)}`,
  AttemptCompleted: ({ phase, reviewId, changes }) =>
    `The phase ${quoted(phase)} handed over its work${linesOf(changes)}${reviewId === null ? '' : ' and waits for a review'}`,
  AttemptRefused: ({ phase, reasons }) => `The work of ${quoted(phase)} was not accepted: ${reasons.join(' ')}`,
  AttemptAnswered: ({ phase }) => `The answer is kept for whoever works on ${quoted(phase)} later`,
  AttemptChosen: ({ phase }) => `The work of one agent was kept for ${quoted(phase)}`,
  AttemptSetAside: ({ phase, reason }) => `An attempt at ${quoted(phase)} was set aside${because(reason)}`,
  PhaseApproved: ({ phase }) => `The phase ${quoted(phase)} was approved`,
  AttemptReworkRequested: ({ phase, round }) => `The phase ${quoted(phase)} goes back for round ${round}`,
  AttemptRoundsExhausted: ({ phase, round }) =>
    `The phase ${quoted(phase)} has had its ${round} rounds: a person decides how it goes on`,
  AttemptRoundsGranted: ({ phase, rounds }) =>
    `The phase ${quoted(phase)} may go on for ${count(rounds, 'round', 'rounds')} more`,
  PhaseReopened: ({ phase, round, reason, conflicts, automatic }) =>
    `The phase ${quoted(phase)} was opened again for round ${round}${reopenedBecause(reason, conflicts)}${byItself(automatic)}`,
  TaskHeldBack: ({ detail }) => `Work waits: ${detail}`,
  TaskPaused: () => 'The task was paused',
  TaskResumed: () => 'The task was resumed',
  TaskCancelled: ({ reason }) => `The task was cancelled${because(reason)}`,
  TaskFailed: ({ detail }) => `The task failed: ${detail}`,
  TaskRetried: () => 'The task was started again',
  TaskCompleted: ({ pullRequestId }) =>
    pullRequestId === null ? 'The task was completed' : 'The task was completed and its changes merged',
  TaskDeleted: () => 'The task was deleted',

  InstanceQueued: ({ name }) => `${name} waits for its turn`,
  InstanceStarting: ({ runtime, epoch, resumeSessionId }) => {
    const where = runtime === 'docker' ? 'in a container' : 'as a process';
    return resumeSessionId === null
      ? `The agent is being started ${where}`
      : `The agent is being continued ${where} (start ${epoch})`;
  },
  InstanceStarted: () => 'The agent is up',
  InstanceAttached: ({ model, program, resumed }) =>
    `${program.name} ${program.version} ${resumed ? 'continued its session' : 'opened a session'} with ${model}`,
  ProgressReported: ({ step, percent }) => (percent === null ? step : `${step} (${Math.round(percent)} %)`),
  PhaseSubmitted: ({ phase }) => `The agent says that ${quoted(phase)} is finished`,
  TurnEnded: ({ toolCalls, durationMs, isError }) =>
    `${isError ? 'A turn ended with an error' : 'A turn ended'} after ${Math.round(durationMs / 1000)} s and ${count(toolCalls, 'tool call', 'tool calls')}`,
  CheckpointSaved: () => 'The state of the work was saved',
  JournalKept: ({ fromSeq, toSeq }) => `What the agent said was put away (lines ${fromSeq} to ${toSeq})`,
  FeedbackSent: () => 'The review was sent to the agent',
  MessageSent: ({ interrupt }) => (interrupt ? 'A message interrupted the agent' : 'A message was sent to the agent'),
  MessageCancelled: () => 'A message was taken back',
  MessageDelivered: () => 'The agent received the message',
  ErrorReported: ({ message }) => `The agent reported an error: ${message}`,
  ProtocolWarningRaised: ({ block, problem }) =>
    TEXT_BLOCKS.has(block) ? `A block in the agent’s output could not be read: ${problem}` : `Warning: ${problem}`,
  InstancePaused: () => 'The agent was paused',
  InstanceResumed: () => 'The agent was resumed',
  InstanceLost: ({ reason }) => `The agent was lost and will be continued: ${reason}`,
  InstanceFailed: ({ detail }) => `The agent failed: ${detail}`,
  InstanceStopped: ({ reason }) => `The agent was stopped${because(reason)}`,
  InstanceCompleted: () => 'The agent finished its work',

  QuestionAsked: ({ question }) => `The agent asks: ${question}`,
  QuestionAnswered: ({ answer, by }) =>
    `${by === 'default' ? 'The default answer was taken' : 'The question was answered'}: ${[...answer.choices, answer.text].filter(Boolean).join(', ')}`,
  AnswerDelivered: () => 'The agent received the answer',
  QuestionWithdrawn: ({ reason }) => `The question was withdrawn${because(reason)}`,

  DependencyRequested: ({ name }) => `The agent needs ${name}`,
  DependencyProvided: () => 'The value was provided',
  DependencyValueLost: () => 'The value cannot be opened any more and is needed again',
  DependencyDeclined: ({ reason }) => `The value was declined${because(reason)}`,
  DependencyDelivered: () => 'The agent received the answer to its request',

  ReviewCreated: ({ phase, round }) => `A review of ${quoted(phase)} was opened${roundOf(round)}`,
  ReviewCommented: ({ comment }) => `A comment was written on ${comment.path}, line ${comment.startLine}`,
  ReviewCommentEdited: () => 'A comment was edited',
  ReviewCommentRemoved: () => 'A comment was removed',
  DocumentRevised: ({ deliverable }) => `${deliverable.path} was edited by a person`,
  FileMarkedReviewed: ({ path, reviewed }) => `${path} was marked as ${reviewed ? 'reviewed' : 'not reviewed'}`,
  ReviewApproved: ({ merge }) =>
    merge === null ? 'The review approved the work' : `The review approved the work, to be merged at once (${merge})`,
  ReviewChangesRequested: ({ comments }) =>
    `The review asked for changes${comments.length === 0 ? '' : ` with ${count(comments.length, 'comment', 'comments')}`}`,
  ReviewRejected: () => 'The review rejected the work',
  ReviewThreadBegun: () => 'A thread about this round was begun at its forge',
  ReviewWithdrawn: ({ reason }) => `The review was withdrawn${because(reason)}`,

  ThreadOpened: ({ lines }) => `A thread was opened on ${lines.path}, line ${lines.startLine}`,
  ThreadReplied: ({ verdict }) => `A reply was written in a thread${verdict === null ? '' : VERDICTS[verdict]}`,
  ThreadResolved: () => 'A thread was resolved',
  ThreadUnresolved: () => 'A thread was opened again',
  ThreadMoved: ({ round, place }) =>
    place === null
      ? `The lines of a thread are gone in round ${round}`
      : `A thread was carried over to round ${round}, ${place.path}, line ${place.startLine}`,

  ThreadLinked: ({ replyId, link: { provider, from, login } }) => {
    const what = replyId === null ? 'thread' : 'reply';
    const forge = FORGES[provider].title;
    return from === 'there' ? `The ${what} is of ${login} on ${forge}` : `A ${what} was sent to ${forge}`;
  },
  ThreadAligned: ({ status }) => `The thread is ${status} here and at its forge`,
  ThreadNotSent: ({ detail }) => `Its forge did not take what was said in a thread: ${detail}`,
  ThreadSendRequested: () => 'What was said in a thread is to be sent to its forge again',

  IssuesProposed: ({ issues }) => `The agent proposed ${issuesOf(issues.length)}`,
  IssuesAccepted: ({ chosen }) => `${issuesOf(chosen.length)} shall be opened`,
  IssuesDeclined: ({ reason }) => `The proposed issues were declined${because(reason)}`,
  IssueOpened: ({ number }) => `Issue #${number} was opened`,
  IssueRefused: ({ detail }) => `A proposed issue was not taken: ${detail}`,

  PullRequestOpened: ({ title, provider, number }) =>
    `A ${FORGES[provider].change} was opened${number === null ? '' : ` (number ${number})`}: ${title}`,
  PullRequestPublished: ({ number, url }) => `It stands at its forge as number ${number}: ${url}`,
  PullRequestPublishFailed: ({ detail }) => `It could not be opened at its forge: ${detail}`,
  PullRequestPublishRequested: () => 'It is to be opened at its forge again',
  PullRequestChecked: ({ verdict, checks }) => checksOf(verdict, checks),
  PullRequestReviewed: ({ author, verdict, comments }) =>
    `${author} ${REVIEWED[verdict]} at its forge${comments.length === 0 ? '' : ` with ${count(comments.length, 'comment', 'comments')}`}`,
  PullRequestCommented: ({ author }) => `${author} commented at its forge`,
  PullRequestFollowThroughStopped: ({ detail }) => `It does not go back to the agent by itself: ${detail}`,
  PullRequestWithdrawn: ({ left }) =>
    left ? 'It stays open at its forge: nobody may act there any more' : 'It was closed at its forge as well',
  PullRequestEdited: ({ title, draft, baseBranch }) =>
    `At its forge it is ${draft ? 'a draft' : 'ready for review'}, goes into ${baseBranch} and is called ${quoted(title)}`,
  PullRequestReopened: ({ why }) => `It was opened again at its forge${why === null ? '' : `. ${why}`}`,
  PullRequestMergeRequested: ({ strategy }) => `The merge was asked for (${strategy})`,
  PullRequestMergeTakenBack: () => 'The wish to merge was taken back',
  PullRequestJudged: ({ readiness, why }) =>
    readiness === 'ready' ? 'Its forge would merge it' : `Its forge does not merge it yet. ${why.join(' ')}`,
  PullRequestMerged: ({ mergeSha }) => `The changes were merged as ${mergeSha.slice(0, 8)}`,
  PullRequestMergeFailed: ({ detail, conflicts }) =>
    conflicts.length === 0 ? `The merge failed: ${detail}` : `The merge has conflicts in ${conflicts.join(', ')}`,
  PullRequestUpdateRequested: () => 'The base is to be brought into the branch',
  PullRequestUpdated: ({ changes }) =>
    changes === null ? 'The branch holds all of its base already' : 'The base was brought into the branch',
  PullRequestClosed: ({ reason }) => `The pull request was closed${because(reason)}`,

  // 499: the agent hung up.
  ModelCallSettled: ({ model, costUsd, status }) =>
    `${model} was asked${status === 499 ? ' and cut short' : ''}, for $${costUsd.toFixed(4)}`,
  RateLimitHit: ({ resetsAt }) =>
    resetsAt === null
      ? 'The model provider’s limit was reached'
      : `The model provider’s limit was reached until ${utcTime(resetsAt)}`,
  ToolCalled: ({ tool, ok }) => (ok ? `The agent used ${tool}` : `The agent’s use of ${tool} was refused`),

  ServiceRegistered: ({ name }) => `${name} is watched from now on`,
  ServiceStatusChanged: ({ status, detail }) => `The service is ${status}${detail === '' ? '' : `: ${detail}`}`,
  ServiceRemoved: () => 'The service is not watched any more',

  ForgeConnected: ({ provider, login }) => `${FORGES[provider].title} was connected as ${login}`,
  ForgeCredentialRefused: ({ detail }) => `The credential is not accepted there any more: ${detail}`,
  ForgeCredentialAccepted: () => 'The credential is accepted there again',
  ForgeDisconnected: () => 'The connection was ended',
  ForgeLoginSeen: ({ login }) => `${login} gave a command in a comment for the first time`,
  ForgeLoginMapped: ({ login, personId }) =>
    personId === null ? `${login} stands for no member any more` : `${login} stands for a member`,
  ForgeCommandGiven: ({ provider, login, verb, outcome, detail }) =>
    `${login} asked on ${FORGES[provider].title} for “${verb}”: ${outcome === 'done' ? 'done' : `refused. ${detail}`}`,
};

/** An event of a type that a newer release wrote is named as it is. */
export function sentenceOf(event: RecordedDomainEvent): string {
  const sentence = SENTENCES[event.type] as ((data: unknown) => string) | undefined;
  return sentence === undefined ? event.type : sentence(event.data);
}

const REVIEWED: Readonly<Record<EventData<'PullRequestReviewed'>['verdict'], string>> = {
  approved: 'approved it',
  changes_requested: 'asked for changes',
  commented: 'reviewed it',
  dismissed: 'had a review dismissed',
};

function reopenedBecause(reason: EventData<'PhaseReopened'>['reason'], conflicts: readonly string[]): string {
  if (reason === 'conflict') return ` to resolve conflicts in ${conflicts.join(', ')}`;
  if (reason === 'forge') return ' because of what its forge says';
  return reason === 'check' ? ' because its check did not pass' : '';
}

function byItself(automatic: EventData<'PhaseReopened'>['automatic']): string {
  if (automatic === null) return '';
  const { over, round, of } = automatic;
  return `, by itself over ${over === 'checks' ? 'failed checks' : 'a review'} (${round} of ${of})`;
}

function checksOf(verdict: ForgeVerdict, checks: EventData<'PullRequestChecked'>['checks']): string {
  const failed = checks.filter((check) => check.verdict === 'failed').map(({ name }) => name);
  if (verdict === 'failed') return `Checks failed at its forge: ${failed.join(', ')}`;
  if (checks.length === 0) return 'No checks run at its forge';
  return verdict === 'passed' ? 'All checks at its forge passed' : 'Checks run at its forge';
}

function quoted(name: string): string {
  return `“${name}”`;
}

function because(reason: string): string {
  return reason.trim() === '' ? '' : `: ${reason}`;
}

function roundOf(round: number): string {
  return round > 1 ? ` (round ${round})` : '';
}

function count(amount: number, one: string, many: string): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

function linesOf(changes: EventData<'AttemptCompleted'>['changes']): string {
  return changes === null ? '' : ` (+${changes.additions} −${changes.deletions})`;
}
