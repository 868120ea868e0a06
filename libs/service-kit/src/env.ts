import type { z } from 'zod';
import { OperatorError } from './operator-error.ts';

/** Settings that stop the start. The message names each setting and what is expected, never the value it had. */
export class SettingsError extends OperatorError {
  readonly problems: readonly { name: string; expected: string }[];

  constructor(problems: readonly { name: string; expected: string }[]) {
    super(`Bad settings:\n${problems.map((problem) => `  ${problem.name}: ${problem.expected}`).join('\n')}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/**
 * Reads a service's settings once. An empty variable counts as absent, because compose files pass `${NAME:-}` on.
 * Throws `SettingsError` naming every bad variable at once.
 */
export function parseEnv<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined> = process.env,
): z.output<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    parsed.error.issues.map((issue) => {
      const name = issue.path.join('.') || '(settings)';
      const missing = issue.path.length > 0 && !(String(issue.path[0]) in present);
      return { name, expected: missing ? `is missing (${issue.message})` : issue.message };
    }),
  );
}
