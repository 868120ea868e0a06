import { reasonOf, sentence } from '@claude-codex/service-kit/operator-error';

/** What an operator asked for in a way that cannot be right; shown with how it is used. */
export class UsageError extends Error {}

/**
 * Runs an operator's command; `--help` or `-h` anywhere among its arguments shows how it is used and does nothing else.
 * Exit codes: what `main` gives (0 = well, 1 = looked at and not well), 2 = it could not be
 * done, with one sentence on the error output and no stack.
 */
export async function runCommand(usage: string, main: () => Promise<0 | 1>): Promise<void> {
  if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${sentence(reasonOf(error))}\n${error instanceof UsageError ? `${usage}\n` : ''}`);
    process.exitCode = 2;
  }
}

/** Throws a UsageError that names the first argument beyond those a command takes. */
export function argumentsUpTo(most: number): string[] {
  const given = process.argv.slice(2);
  const [tooMany] = given.slice(most);
  if (tooMany !== undefined) throw new UsageError(`Unknown argument: ${tooMany}`);
  return given;
}
