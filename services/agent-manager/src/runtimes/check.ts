import type { CheckPlace } from '@claude-codex/contracts';

/** A command that is run on a commit, and on nothing else that an agent left anywhere. */
export interface CheckSpec {
  /** Of a checkout made for it by the runtime's `places`. */
  readonly checkoutId: string;
  readonly command: string;
  /** What people gave for the task, as environment; names were checked when they were taken in. */
  readonly values: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Only the last so many bytes of output are kept. */
  readonly maxOutputBytes: number;
}

export interface CheckOutcome {
  /** null when it was killed: timeout or signal. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly durationMs: number;
  /** stdout and stderr as they came, not masked. */
  readonly output: string;
  readonly where: CheckPlace;
}

/** Lines for a shell that export the values. */
export function exportsOf(values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return lines.join('');
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
