import type { Readable } from 'node:stream';
import { WorkerCommand } from '@claude-codex/contracts/worker/protocol';

/** A prompt with a large design in it is well below; a longer line is a fault of the writer, not a command. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

export type CommandLine = { readonly command: WorkerCommand } | { readonly problem: string };

/**
 * Splits a stream into commands. A line that is no command is answered with its problem and skipped: the lines behind
 * it (a stop, say) still count. The content of a bad line is never repeated, since it may hold a secret.
 */
export async function* readCommands(input: Readable): AsyncGenerator<CommandLine> {
  let rest = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_BYTES) {
      rest = '';
      yield { problem: 'a line over 16 MiB was dropped' };
    }
    for (const line of lines) {
      if (line.trim() !== '') yield readLine(line);
    }
  }
}

function readLine(line: string): CommandLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problem: 'a line was not JSON' };
  }
  const parsed = WorkerCommand.safeParse(value);
  if (parsed.success) return { command: parsed.data };
  const paths = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'type'}: ${issue.code}`);
  return { problem: `a line was not a command (${paths.join(', ')})` };
}
