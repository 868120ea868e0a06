import { spawn } from 'node:child_process';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type GitPermissions, gitConfiguration, gitEnvironment } from './environment.ts';
import { GitError } from './git-error.ts';

export interface RunGitOptions extends GitPermissions {
  /** `--git-dir`; always given, so that git never goes looking for a repository on its own. */
  readonly gitDir: string;
  /** Only for a checkout that no agent has touched yet. */
  readonly workTree?: string;
  readonly input?: string | Uint8Array | Readable;
  /** Default 16 MiB. */
  readonly maxBytes?: number;
  /** Default 60 s. */
  readonly timeoutMs?: number;
  /** Exit codes that are answers rather than failures. Default `[0]`. */
  readonly accept?: readonly number[];
  /** Author and committer of commits made. */
  readonly identity?: Record<string, string>;
  /** Another index than the one of the git directory. */
  readonly indexFile?: string;
  /** A program that holds something while git runs: `flock` and its arguments. */
  readonly under?: readonly string[];
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
}

const STDERR_KEPT = 16_384;

/**
 * Runs git with an environment and a configuration of our own: no hooks, no filters from outside, no prompt, no
 * protocol but the ones named. `args` are constants and validated names; the caller puts `--` or `--end-of-options`
 * before anything a person or repository chose. Throws `GitError`.
 */
export async function runGit(args: readonly string[], options: RunGitOptions): Promise<GitResult> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const maxBytes = options.maxBytes ?? 16 * 1024 * 1024;
  const exitCode = await streamGit(args, options, async (stdout) => {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new GitError('GIT_OUTPUT_TOO_LARGE', nameOf(args), { exitCode: null, stderr: '' });
      chunks.push(chunk);
    }
  });
  return { exitCode, stdout: Buffer.concat(chunks) };
}

/** The trimmed text a git command printed. */
export async function gitText(args: readonly string[], options: RunGitOptions): Promise<string> {
  return (await runGit(args, options)).stdout.toString('utf8').trim();
}

/** As `runGit`, for output too large to keep: `consume` reads stdout while git writes it. */
export async function streamGit(
  args: readonly string[],
  options: RunGitOptions,
  consume: (stdout: Readable) => Promise<void>,
): Promise<number> {
  const command = [...(options.under ?? []), 'git', ...gitConfiguration(options), ...directories(options), ...args];
  const { indexFile } = options;
  const child = spawn(command[0] ?? 'git', command.slice(1), {
    cwd: options.workTree ?? '/',
    env: { ...gitEnvironment(options), ...options.identity, ...(indexFile && { GIT_INDEX_FILE: indexFile }) },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own group: a fetch starts helpers (ssh, remote-https) that must end with it.
    detached: true,
  });
  // At once: what nobody reads by the time a process exits, Node throws away.
  const stdout = child.stdout.pipe(new PassThrough());
  let timedOut = false;
  const end = () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, options.timeoutMs ?? 60_000);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  try {
    const [stderr] = await Promise.all([
      lastOf(child.stderr),
      consume(stdout).catch((error: unknown) => {
        end();
        throw error;
      }),
      feed(child.stdin, options.input),
    ]);
    const exitCode = await exited;
    if (timedOut) throw new GitError('GIT_TIMEOUT', nameOf(args), { exitCode, stderr });
    if (exitCode === null || !(options.accept ?? [0]).includes(exitCode)) {
      throw new GitError('GIT_FAILED', nameOf(args), { exitCode, stderr });
    }
    return exitCode;
  } finally {
    clearTimeout(timer);
  }
}

function directories({ gitDir, workTree }: RunGitOptions): string[] {
  return [`--git-dir=${gitDir}`, ...(workTree === undefined ? [] : [`--work-tree=${workTree}`])];
}

function nameOf(args: readonly string[]): string {
  return args.find((arg) => !arg.startsWith('-')) ?? 'git';
}

/** Git may end before it has read everything; its exit code says whether that matters. */
async function feed(stdin: Writable, input: RunGitOptions['input']): Promise<void> {
  try {
    await pipeline(input instanceof Readable ? input : Readable.from(input === undefined ? [] : [input]), stdin);
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
    )
      return;
    throw error;
  }
}

async function lastOf(stream: Readable): Promise<string> {
  let kept = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) kept = Buffer.concat([kept, chunk]).subarray(-STDERR_KEPT);
  return kept.toString('utf8');
}
