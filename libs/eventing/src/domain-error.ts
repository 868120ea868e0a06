/** A business rule said no. `code` is `SUBJECT_STATE`; the HTTP edge turns it into a status, the tools into a text. */
export class DomainError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly details: Record<string, unknown>;

  constructor(code: Code, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.name = 'DomainError';
    this.code = code;
    this.details = details;
  }
}
