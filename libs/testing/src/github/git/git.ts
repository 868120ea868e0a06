import { spawn } from 'node:child_process';
import type { Account } from '../state.ts';

interface GitOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git in a directory without this machine's configuration; whatever it ends with is an answer. */
export function tryGit(directory: string, args: readonly string[], options: GitOptions = {}): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: directory,
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        ...options.env,
      },
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    // Git may end before it has read all; what it ended with says so.
    child.stdin.once('error', () => child.stdin.destroy());
    child.stdin.end(options.input ?? '');
  });
}

/** As `tryGit`, trimmed. @throws when git does not end with 0. */
export async function git(directory: string, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryGit(directory, args, options);
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr.trim()}`);
  return stdout.trim();
}

/** Author and committer, by the addresses GitHub gives its accounts. */
export function identity(author: Account, committer: { name: string; email: string } = person(author)) {
  const { name, email } = person(author);
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
  };
}

/** Who commits what is merged on the site. */
export const GITHUB = { name: 'GitHub', email: 'noreply@github.com' };

export function person({ id, login }: Account): { name: string; email: string } {
  return { name: login, email: `${id}+${login}@users.noreply.github.com` };
}
