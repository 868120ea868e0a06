import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dependencyNameProblem } from '@claude-codex/contracts/dependency/name';

export interface SecretFile {
  /** Absolute path for `CLAUDE_ENV_FILE`: what Claude Code puts before every command of its Bash tool. */
  readonly hookPath: string;
  /** Throws when the name cannot be an environment variable or would change how commands run. */
  set(name: string, value: string): Promise<void>;
  values(): Readonly<Record<string, string>>;
}

/**
 * Keeps the values an agent's commands may use in a file that is sourced before each command, so that a value given
 * later reaches the running session without a restart, and is in no process's environment before a command runs.
 */
export async function createSecretFile(home: string, initial: Readonly<Record<string, string>>): Promise<SecretFile> {
  const folder = join(home, '.codex');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'env.sh');
  const hookPath = join(folder, 'claude-env.sh');
  const values = new Map<string, string>();

  async function save(): Promise<void> {
    const lines = [...values].map(([name, value]) => `export ${name}=${quote(value)}\n`);
    // Renamed into place: a command that starts right now reads the old file or the new one, never half of one.
    await writeFile(`${path}.new`, lines.join(''), { mode: 0o600 });
    await chmod(`${path}.new`, 0o600);
    await rename(`${path}.new`, path);
  }

  function put(name: string, value: string): void {
    const problem = dependencyNameProblem(name);
    if (problem !== null) throw new Error(`"${name}" ${problem}`);
    if (value.includes('\0')) throw new Error(`the value of "${name}" holds a NUL character`);
    values.set(name, value);
  }

  for (const [name, value] of Object.entries(initial)) put(name, value);
  await save();
  // Claude Code reads its file once and repeats the text on each command line, where a process list would show it.
  // So that text only names the file with the values: they stay off the command line, and later ones are seen.
  await writeFile(hookPath, `[ -r ${quote(path)} ] && . ${quote(path)}\n`, { mode: 0o600 });
  return {
    hookPath,
    async set(name, value) {
      put(name, value);
      await save();
    },
    values: () => Object.fromEntries(values),
  };
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
