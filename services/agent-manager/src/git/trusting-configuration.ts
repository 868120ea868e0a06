import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A configuration file that makes git accept exactly one repository owned by somebody else: the one a person connected
 * by its path. Never `*`: a repository an agent can write must stay refused. A file, because git drops `-c` settings
 * when it starts `upload-pack` or `receive-pack` for a local path.
 */
export async function trustingConfiguration(directory: string, repositoryPath: string): Promise<string> {
  if (/[\n\r\0"\\]/.test(repositoryPath))
    throw new Error('a path with line breaks, quotes or backslashes is not supported');
  await mkdir(directory, { recursive: true });
  const file = join(directory, `${createHash('sha256').update(repositoryPath).digest('hex').slice(0, 32)}.gitconfig`);
  const paths = repositoryPath.endsWith('/.git') ? [repositoryPath] : [repositoryPath, join(repositoryPath, '.git')];
  await writeFile(file, `[safe]\n${paths.map((path) => `\tdirectory = "${path}"\n`).join('')}`, { mode: 0o600 });
  return file;
}
