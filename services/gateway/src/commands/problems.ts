import type { ErrorCode } from '@claude-codex/contracts';
import { HTTP_STATUS } from '@claude-codex/contracts/errors';
import { BusNoResponder, BusRemoteError, BusTimeout } from '@claude-codex/service-kit/bus';
import { Problem } from '@claude-codex/service-kit/http/problem';

/** What a refusal of the domain means to the person who asked. Codes without an entry are explained by their name. */
const SENTENCES: Partial<Record<ErrorCode, string>> = {
  TASK_NOT_FOUND: 'There is no such task.',
  INSTANCE_NOT_FOUND: 'There is no such instance.',
  REVIEW_NOT_FOUND: 'There is no such review.',
  QUESTION_NOT_FOUND: 'There is no such question.',
  DEPENDENCY_NOT_FOUND: 'There is no such dependency request.',
  REPOSITORY_NOT_FOUND: 'There is no such repository.',
  REPOSITORY_WITHOUT_ISSUES: 'This repository is not connected through a forge, so it has no issues.',
  ISSUE_HAS_TASK: 'A task from this issue is under way already.',
  ISSUE_NOT_FOUND: 'There is no such issue.',
  PULL_REQUEST_NOT_FOUND: 'There is no such pull request.',
  COMMENT_NOT_FOUND: 'There is no such comment.',
  THREAD_NOT_FOUND: 'There is no such thread.',
  PROPOSAL_NOT_FOUND: 'There is no such list of proposed issues.',
  PROPOSAL_DECIDED: 'Somebody decided about these issues before.',
  ISSUE_NOT_PROPOSED: 'The list has no such issue.',
  COMMENT_OF_ANOTHER: 'Somebody else wrote this comment. Only they can change it; they or an owner can delete it.',
  FILE_NOT_IN_DIFF: 'The file is not among what is reviewed here. A path is taken to the letter, blanks included.',
  LINE_NOT_IN_DIFF: 'These lines are not in the diff of this file, on this side.',
  FILE_CHANGED: 'The file has another content in this review. Look at it again.',
  DOCUMENT_NOT_FOUND: 'There is no such document.',
  WORKFLOW_NOT_FOUND: 'There is no such workflow.',
  WORKFLOW_WITHOUT_CHANGES:
    'This workflow changes nothing, so one agent works on it. Choose one attempt, or a workflow that makes a change.',
  READ_MODEL_NOT_FOUND: 'There is no such read model.',
  READ_MODEL_NOT_PAUSED: 'The read model is not paused.',
  READ_MODEL_NOT_REBUILDING: 'The read model is not being rebuilt.',
  PROCESS_MANAGER_NOT_FOUND: 'There is no such process manager.',
  PROCESS_MANAGER_NOT_PAUSED: 'The process manager is not paused.',
  VERSION_CONFLICT: 'Somebody else changed this at the same moment. Look at the newest state and try again.',
  COMMAND_ID_MISUSED: 'This Idempotency-Key was used before for another request.',
  TASK_ALREADY_STARTED: 'The task was started already. To delete it, cancel it first.',
  TASK_NOT_RUNNING: 'The task is not running.',
  TASK_ENDED: 'The task has ended. One that failed or was cancelled can be retried.',
  TASK_NOT_PAUSED: 'The task is not paused.',
  TASK_NOT_FAILED: 'Only a failed or cancelled task can be retried.',
  INSTANCE_ENDED: 'The instance has ended.',
  QUESTION_ALREADY_ANSWERED: 'The question is closed: it was answered already, or its agent does not wait any more.',
  ANSWER_NOT_AN_OPTION: 'The answer names something that was not among the options.',
  ANSWER_NOT_SINGLE: 'Choose one option only.',
  DEPENDENCY_ALREADY_RESOLVED:
    'The request is closed: somebody provided or declined this already, or its agent does not wait any more.',
  SEALED_VALUE_INVALID:
    'The value was not sealed with the key of this server. Get GET /api/secrets/key and seal again.',
  REVIEW_ALREADY_DECIDED:
    'The review is closed: somebody decided it already, or it was withdrawn, as when other work was kept. Look at the newest state: work that was kept can be sent back with what the other did better.',
  REVIEW_NEEDS_FEEDBACK: 'Say what to change: a summary, or a comment on a line.',
  REVIEW_NOT_LAST_GATE: 'Another review follows this one, so it cannot be merged yet.',
  CHECK_NOT_GREEN:
    'This repository takes only work whose check passed. Send it back to the agent, or change the setting of the repository.',
  ATTEMPT_NOT_FOUND: 'This task has no such attempt. Reload the page to see those it has.',
  ATTEMPT_NOT_HANDED_OVER: 'This attempt has handed nothing over that could be kept. Wait until it is in review.',
  ATTEMPT_SET_ASIDE:
    'This attempt was set aside: other work was kept, or it came to nothing. Look at the newest state: work that was kept can be sent back with what this one did better.',
  GATE_NOT_MET: 'The work does not pass the gate of its phase yet.',
  ROUNDS_NOT_EXHAUSTED: 'The rounds of this task are not used up, or somebody decided already.',
  PULL_REQUEST_NOT_OPEN: 'The pull request is not open any more.',
  PULL_REQUEST_MERGING: 'The pull request is being merged.',
  PULL_REQUEST_HEAD_MOVED:
    'The branch holds other commits by now than those you looked at. Look at the changes again, then merge.',
  MERGE_METHOD_NOT_ALLOWED:
    'The settings of the repository at its forge do not allow this way of merging. Merge another way, or allow it there.',
  FORGE_NOT_CONNECTED: 'This workspace is not connected there. An owner connects it in Settings.',
  FORGE_CREDENTIAL_REFUSED: 'The token was not accepted there. Make a new one and paste all of it.',
  FORGE_REPOSITORY_HIDDEN:
    'The connection of this workspace cannot see that repository. Check the name, or let its token reach the repository.',
  FORGE_REPOSITORY_READ_ONLY:
    'The connection of this workspace may read that repository, not push to it. Give its token the right to write contents and pull requests.',
  FORGE_ISSUES_UNREADABLE:
    'The connection of this workspace may not read the issues of that repository. Give its token the right to read issues.',
  FORGE_UNREACHABLE: 'There is no answer from there now. Try again later.',
  FORGE_LIMITED: 'So much was asked there that no more is answered for now. Try again later.',
  FORGE_IN_USE: 'Tasks of its repositories are still under way. Finish or cancel them first.',
  DELIVERY_NOT_FOUND: 'There is no such delivery; old ones are removed.',
  DELIVERY_WITHOUT_PAYLOAD:
    'The payload of this delivery is not kept, so it cannot be handled again. Look at the first of its kind.',
  FORGE_APP_STATE:
    'You are making no app that this belongs to: it was begun more than an hour ago, by somebody else, or in another workspace. Begin again in Settings.',
  FORGE_APP_CODE: 'That code stands for no app any more. Make the app again.',
  REPOSITORY_REMOVED: 'The repository was removed.',
  REPOSITORY_NOT_READY:
    'The repository is not ready yet: its default branch is not known. Wait, or name a base branch.',
  REPOSITORY_IN_USE: 'Tasks of this repository are still under way.',
  EXPOSURE_CHANGED: 'What agents can read has changed meanwhile. Look at it again before you agree.',
  INVALID_BRANCH: 'There is no such branch.',
  MEMBER_UNKNOWN: 'There is no such member.',
  MEMBER_LAST_OWNER: 'A workspace needs an owner: make somebody else one first.',
  MEMBER_ELSEWHERE: 'This person belongs to another workspace too.',
  MEMBER_ALREADY_JOINED: 'This person is a member already.',
};

/** Errors of the store, as the outside knows them. */
const STORE_CODES: Record<string, ErrorCode> = {
  APPEND_CONFLICT: 'VERSION_CONFLICT',
  COMMAND_ID_MISUSED: 'COMMAND_ID_MISUSED',
  APPEND_TOO_LARGE: 'BODY_TOO_LARGE',
  EVENT_STORE_OVERLOADED: 'STORE_OVERLOADED',
  EVENT_STORE_UNAVAILABLE: 'STORE_UNAVAILABLE',
};

/**
 * An error of a command as a problem. Errors are known by their code and not by class: they may have crossed the bus.
 * What has no code of ours goes on as it is and becomes a 500.
 */
export function problemOf(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof BusTimeout || error instanceof BusNoResponder) {
    return new Problem('NOT_READY', {
      detail: 'The part of the server that does this is not answering. Try again.',
      cause: error,
    });
  }
  const code = codeOf(error);
  if (code === null) return error;
  const { field, expected } = detailsOf(error);
  const detail = sentenceOf(code);
  const errors = field === null ? [] : [{ field: `body.${field}`, code, expected: expected ?? detail }];
  return new Problem(code, { detail, errors, cause: error });
}

/** A refusal by code alone, in the words of `SENTENCES`. */
export function refusal(code: ErrorCode): Problem {
  return new Problem(code, { detail: sentenceOf(code) });
}

function sentenceOf(code: ErrorCode): string {
  return SENTENCES[code] ?? `${code.toLowerCase().replaceAll('_', ' ')}.`;
}

function codeOf(error: unknown): ErrorCode | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  const code = STORE_CODES[error.code] ?? error.code;
  const known = error.name === 'DomainError' || error instanceof BusRemoteError || code in HTTP_STATUS;
  return known && Object.hasOwn(HTTP_STATUS, code) && code !== 'INTERNAL' ? (code as ErrorCode) : null;
}

function detailsOf(error: unknown): { field: string | null; expected: string | null } {
  const details = error instanceof Error && 'details' in error ? error.details : null;
  if (details === null || typeof details !== 'object') return { field: null, expected: null };
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    field: 'field' in details ? text(details.field) : null,
    expected: 'expected' in details ? text(details.expected) : null,
  };
}
