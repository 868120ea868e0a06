import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Setting these would change how every later command is run instead of giving it a value. */
const RESERVED =
  /^(PATH|HOME|SHELL|IFS|PS4|ENV|BASH_.*|LD_.*|DYLD_.*|NODE_OPTIONS|GIT_.*|ANTHROPIC_.*|CLAUDE_.*|CODEX_.*)$/;

export interface SecretFile {
  /** Absolute path; bash reads it before every command when `BASH_ENV` names it. */
  readonly path: string;
  /** Throws when the name cannot be an environment variable or would change how commands run. */
  set(name: string, value: string): Promise<void>;
  values(): Readonly<Record<string, string>>;
}

/**
 * Keeps the values an agent's commands may use in a file that is sourced by each new shell, so that a value given
 * later reaches the running session without a restart, and is in no process's environment before a command runs.
 */
export async function createSecretFile(home: string, initial: Readonly<Record<string, string>>): Promise<SecretFile> {
  const folder = join(home, '.codex');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'env.sh');
  const values = new Map<string, string>();

  async function save(): Promise<void> {
    const lines = [...values].map(([name, value]) => `export ${name}=${quote(value)}\n`);
    // Renamed into place: a command that starts right now reads the old file or the new one, never half of one.
    await writeFile(`${path}.new`, lines.join(''), { mode: 0o600 });
    await chmod(`${path}.new`, 0o600);
    await rename(`${path}.new`, path);
  }

  function put(name: string, value: string): void {
    if (!NAME.test(name)) throw new Error(`"${name}" cannot be the name of an environment variable`);
    if (RESERVED.test(name)) throw new Error(`"${name}" is reserved: it changes how commands run`);
    if (value.includes('\0')) throw new Error(`the value of "${name}" holds a NUL character`);
    values.set(name, value);
  }

  for (const [name, value] of Object.entries(initial)) put(name, value);
  await save();
  return {
    path,
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
