import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Only the last so many bytes of output are kept. */
  readonly maxOutputBytes: number;
  /** What it reads from its standard input; nothing without. */
  readonly input?: Buffer;
  /** Sees all of stdout while it comes, however much that is. */
  readonly onStdout?: (chunk: Buffer) => void;
}

export interface RunResult {
  /** null when it was killed. */
  readonly exitCode: number | null;
  /** Stdout and stderr as they came. */
  readonly output: string;
  /** Stdout alone, for what is read and not shown. */
  readonly stdout: Buffer;
  readonly durationMs: number;
  readonly timedOut: boolean;
}

/**
 * Runs a program in a process group of its own and ends the whole group afterwards, at the latest after `timeoutMs`:
 * what a check leaves in the background would otherwise outlive it.
 */
export function runProgram(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => undefined); // it ended without reading everything; its exit says whether that matters
    child.stdin.end(options.input);
    const tail = createTail(options.maxOutputBytes);
    const stdout = createTail(options.maxOutputBytes);
    child.stdout.on('data', (chunk: Buffer) => {
      tail.add(chunk);
      stdout.add(chunk);
      options.onStdout?.(chunk);
    });
    child.stderr.on('data', tail.add);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
    }, options.timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    // "exit", then the group ends, then "close": a background process holding the pipe would delay "close" for ever.
    child.once('exit', () => killGroup(child.pid));
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      const durationMs = Math.round(performance.now() - started);
      resolve({
        exitCode: timedOut ? null : exitCode,
        output: tail.text(),
        stdout: stdout.bytes(),
        durationMs,
        timedOut,
      });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}

function createTail(maxBytes: number) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    add(chunk: Buffer) {
      chunks.push(chunk);
      bytes += chunk.length;
      while (chunks[0] !== undefined && bytes - chunks[0].length >= maxBytes) {
        bytes -= chunks[0].length;
        chunks.shift();
      }
    },
    bytes: () => Buffer.concat(chunks),
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
