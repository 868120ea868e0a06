import { cutText } from '@claude-codex/contracts/text';
/** A git command that failed. `stderr` is git's own text, cut; it may name refs and addresses, never credentials. */
export class GitError extends Error {
  readonly code: 'GIT_FAILED' | 'GIT_TIMEOUT' | 'GIT_OUTPUT_TOO_LARGE';
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(
    code: GitError['code'],
    command: string,
    result: { exitCode: number | null; stderr: string },
    options?: ErrorOptions,
  ) {
    super(`git ${command}: ${code}: ${cutText(result.stderr.trim(), 500)}`, options);
    this.name = 'GitError';
    this.code = code;
    this.exitCode = result.exitCode;
    this.stderr = result.stderr;
  }
}
