import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type JournalEntry, JournalRecord, type WorkerCommand } from '@claude-codex/contracts/worker/protocol';

type EntryOf<Type extends JournalEntry['type']> = Extract<JournalEntry, { type: Type }>;

export interface WorkerProcess {
  readonly pid: number;
  readonly records: readonly JournalRecord[];
  /** Raw lines as written, for searching what must not be in them. */
  text(): string;
  send(command: WorkerCommand): void;
  sendLine(line: string): void;
  /** Waits until a record of the type satisfies the condition; earlier records count too. */
  waitFor<Type extends JournalEntry['type']>(
    type: Type,
    matches?: (entry: EntryOf<Type>) => boolean,
  ): Promise<EntryOf<Type>>;
  kill(signal: NodeJS.Signals): void;
  /** Exit code, or the signal's name. */
  readonly exited: Promise<number | string>;
}

const MAIN = fileURLToPath(import.meta.resolve('@claude-codex/worker/main'));
const WAIT_MS = 40_000;

/** Starts a supervisor as the process runtime does: a process group of its own, a small environment, pipes. */
export function startWorkerProcess(
  environment: Record<string, string> = {},
  program: readonly string[] = [MAIN],
): WorkerProcess {
  const child: ChildProcess = spawn(process.execPath, program, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  const records: JournalRecord[] = [];
  const listeners = new Set<() => void>();
  let text = '';
  let rest = '';
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) records.push(JournalRecord.parse(JSON.parse(line)));
    for (const listener of listeners) listener();
  });
  const exited = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    for (const listener of listeners) listener();
    return code ?? signal ?? 'unknown';
  });
  const sendLine = (line: string) => void child.stdin?.write(`${line}\n`);
  child.stdin?.on('error', () => undefined);

  return {
    pid: child.pid ?? -1,
    records,
    text: () => text + stderr,
    sendLine,
    send: (command) => sendLine(JSON.stringify(command)),
    waitFor(type, matches = () => true) {
      return new Promise((resolve, reject) => {
        const describe = () => `${JSON.stringify(records.slice(-4), null, 1)}\n${stderr}`;
        const timer = setTimeout(() => settle(() => reject(new Error(`no ${type} record\n${describe()}`))), WAIT_MS);
        function settle(done: () => void) {
          clearTimeout(timer);
          listeners.delete(look);
          done();
        }
        function look() {
          for (const { entry } of records) {
            if (entry.type === type && matches(entry as EntryOf<typeof type>)) {
              settle(() => resolve(entry as EntryOf<typeof type>));
              return;
            }
          }
          if (child.exitCode !== null)
            settle(() => reject(new Error(`exited without a ${type} record\n${describe()}`)));
        }
        listeners.add(look);
        look();
      });
    },
    kill: (signal) => void child.kill(signal),
    exited,
  };
}
