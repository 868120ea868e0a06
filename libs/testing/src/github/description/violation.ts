/** Something that came in or went out and is not as GitHub's official description says. */
export interface Violation {
  /** `pulls/create`, or the event of a webhook. */
  readonly operation: string;
  readonly where: string;
  readonly message: string;
}
