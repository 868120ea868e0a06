import type { JournalEntry, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { CommandLine } from './commands/read-commands.ts';
import { watchForOrphan } from './orphan-watch.ts';

type NotStarted = Extract<JournalEntry, { type: 'preflight_failed' | 'exited' }>;

/**
 * The start command, or what the journal says instead. Whoever started this process may have died before sending it;
 * then nobody would ever end a supervisor that goes on waiting. A ping says that the start is on its way.
 */
export async function awaitStart(
  lines: AsyncGenerator<CommandLine>,
  timeoutMs: number,
): Promise<WorkerStart | NotStarted> {
  const orphaned = Promise.withResolvers<NotStarted>();
  const watch = watchForOrphan(timeoutMs, () =>
    orphaned.resolve({ type: 'exited', reason: 'orphaned', detail: `no start command came for ${timeoutMs} ms` }),
  );
  try {
    return await Promise.race([orphaned.promise, readStart(lines, watch.heard)]);
  } finally {
    watch.stop();
  }
}

async function readStart(lines: AsyncGenerator<CommandLine>, heard: () => void): Promise<WorkerStart | NotStarted> {
  for (;;) {
    const line = await lines.next();
    heard();
    if (line.done === true) return failed('the input ended before a start command');
    if ('problem' in line.value) return failed(line.value.problem);
    const { command } = line.value;
    if (command.type === 'start') return command;
    if (command.type !== 'ping') return failed(`the first command was ${command.type}, not start`);
  }
}

function failed(detail: string): NotStarted {
  return { type: 'preflight_failed', check: 'start', detail };
}
