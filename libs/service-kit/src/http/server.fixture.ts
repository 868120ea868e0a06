import type { Logger } from '../log.ts';
import { createLogger } from '../log.ts';

/** A logger that keeps quiet, so that refused requests do not fill the test report. */
export function silentLog(): Logger {
  return createLogger({ service: 'test', level: 'silent', destination: { write: () => undefined } });
}

/** What a domain error looks like from outside the domain. */
export class DomainErrorLike extends Error {
  readonly code: string;

  constructor(code: string) {
    super('The task has ended.');
    this.name = 'DomainError';
    this.code = code;
  }
}
