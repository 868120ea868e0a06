import type { CommentPlace } from '../commands/comment-forge.ts';

/** An issue to open. `mark`: names it among all that are ever opened, so that it is found by whoever asks again. */
export interface NewIssue {
  readonly mark: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly labels: readonly string[];
  /** Numbers of what has to be done before it. */
  readonly after: readonly number[];
}

export interface OpenedIssue {
  readonly number: number;
  readonly url: string;
}

/** Opens issues at a forge. Throws `ForgeAway`, and `IssueNotTaken` with the forge's words. */
export interface IssueForge {
  /** Once, however often it is asked for since then (ms since 1970). */
  open(place: CommentPlace, issue: NewIssue, since: number): Promise<OpenedIssue>;
}

/** The forge says no to an issue, and will again as long as nobody changes something there. */
export class IssueNotTaken extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'IssueNotTaken';
  }
}
