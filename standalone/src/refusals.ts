import { openSync } from 'node:fs';
import { OperatorError, reasonOf } from '@claude-codex/service-kit';
import type { StandaloneEnv } from './settings.ts';

/** Taken, not allowed, not an address of this machine, not a known name. */
const LISTEN = ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN'];

/** For `catch`: an address that cannot be listened on comes from the settings. Throws always. */
export function explainListening({ HOST, PORT }: Pick<StandaloneEnv, 'HOST' | 'PORT'>): (error: unknown) => never {
  return (error) => {
    const code = codeOf(error);
    if (code === 'EADDRINUSE') {
      const taken = `Port ${PORT} of ${HOST} is in use by another program.`;
      throw new OperatorError(`${taken} Stop that one, or set PORT to another.`, { cause: error });
    }
    if (!LISTEN.includes(code)) throw error;
    throw new OperatorError(`Cannot listen at HOST and PORT of the settings: ${reasonOf(error)}`, { cause: error });
  };
}

/** For `catch`: git is the one program that the packages do not bring. Throws always. */
export function explainMissingGit(error: unknown): never {
  const missing = codeOf(error) === 'ENOENT' && error instanceof Error && error.message.includes('spawn git');
  if (!missing) throw error;
  throw new OperatorError('git is not installed, or not on the PATH. Agents work with it; install it.', {
    cause: error,
  });
}

/**
 * A file handle for appending to the log. Opened before the first line: a writer that still opens its file loses what
 * was said when a start fails at once.
 */
export function openLogFile(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    throw new OperatorError(`The log cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
