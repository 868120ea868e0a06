import { knownCause, machineCause } from './known-causes.mjs';

/**
 * What whoever runs the server has to put right: a wrong setting, a port in use, a file that is gone. The message says
 * what it is and what helps; where in our code it was noticed is of no help to them.
 */
export class OperatorError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OperatorError';
    // Node itself prints the stack of what nobody caught.
    this.stack = message;
  }
}

/**
 * What a process says when `error` ends it: what an operator can put right in words, a mistake of ours with all of its
 * stacks.
 */
export function lastWords(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const cause = machineCause(error);
  if (cause !== null) return sentence(cause === error ? reasonOf(error) : `${error.message}: ${reasonOf(cause)}`);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${lastWords(error.cause)}`;
}

/** What fetch and the client of NATS say of every connection that they could not make. */
const SAYS_NOTHING = ['', 'fetch failed', 'connection refused'];

/** An error as a part of a sentence. A refused connection to several addresses of a host says nothing itself. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (SAYS_NOTHING.includes(error.message) && error.cause instanceof Error) return reasonOf(error.cause);
  if (error instanceof AggregateError && error.message === '') {
    return [...new Set(error.errors.map(reasonOf))].join('; ');
  }
  return knownCause(error) ?? error.message;
}

/** The words of an error as a line of its own. */
export function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`;
}

/**
 * For the first line of a main.ts: what ends this process is said as `lastWords` has it. Node itself would quote the
 * line of our code that threw, and everything that hangs on the error.
 */
export function sayLastWords(): void {
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${lastWords(error)}\n`);
    process.exit(1);
  });
}
