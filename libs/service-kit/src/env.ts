import type { z } from 'zod';
import { OperatorError } from './operator-error.ts';
import { allowed, settingsOf } from './settings/allowed.ts';
import { given } from './settings/given.ts';

/** Settings that stop the start: a sentence for each with what was given and what is allowed; no secret is shown. */
export class SettingsError extends OperatorError {
  constructor(sentences: readonly string[]) {
    super([...sentences, 'All settings: docs/generated/settings.md'].join('\n'));
    this.name = 'SettingsError';
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
  const fields = settingsOf(schema);
  const refused = new Map(parsed.error.issues.map(({ path, message }) => [String(path[0] ?? ''), message]));
  throw new SettingsError(
    [...refused].map(([name, message]) => {
      const value = present[name];
      const field = fields[name];
      // A rule about several settings together belongs to none of them.
      if (field === undefined) return message;
      if (value === undefined) return `${name} is not set, but ${allowed(field)}.`;
      return `${name} is ${given(name, value)}, but ${allowed(field, message)}.`;
    }),
  );
}
