import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPlainOrMissing, type LocalRepository, smallFile } from './local-repository.ts';
import { repositorySettings } from './repository-settings.ts';
import { refusal } from './source-refusal.ts';

/** A repository on this machine as we may use it. */
export interface SourceView {
  /** A git directory of our own whose objects and branches are those of the repository. */
  readonly gitDir: string;
  readonly repository: LocalRepository;
  readonly bare: boolean;
  readonly objectFormat: 'sha1' | 'sha256';
}

/** The parts that are only data. `refs` and `objects` are written through the links too. */
const DATA = ['objects', 'refs', 'packed-refs', 'shallow', 'reftable'];

/**
 * Makes a git directory with a configuration of our own, whose data lies in the repository. Git reads the configuration
 * of the directory it is started on, also when it serves a fetch or takes a push, and a configuration is code: filters,
 * hooks, monitors, helpers. This way no key of the repository's own is ever read by a git that acts.
 */
export async function makeView(repository: LocalRepository, at: string): Promise<SourceView> {
  const { gitDir, commonDir } = repository;
  const { bare, objectFormat, kept } = await repositorySettings(repository);
  const head = (await smallFile(join(gitDir, 'HEAD'))) ?? '';
  if (!/^(?:ref: .+|[0-9a-f]{40,64})\n*$/.test(head)) throw refusal('NOT_A_REPOSITORY', { address: gitDir });
  await mkdir(join(at, 'info'), { recursive: true, mode: 0o700 });
  await writeFile(join(at, 'HEAD'), head);
  for (const part of DATA) await symlink(join(commonDir, part), join(at, part));
  await symlink(join(commonDir, 'info/attributes'), join(at, 'info/attributes'));
  await symlink(join(gitDir, 'info/sparse-checkout'), join(at, 'info/sparse-checkout'));
  const logged = await linkLogs(repository, at);
  await writeFile(join(at, 'config'), configuration(kept, logged));
  return { gitDir: at, repository, bare, objectFormat };
}

/** Moves of a branch are noted where the repository notes its own, so that its owner can take one back. */
async function linkLogs({ gitDir, commonDir }: LocalRepository, at: string): Promise<boolean> {
  const head = join(gitDir, 'logs/HEAD');
  if ((await smallFile(head)) === null || !(await isPlainOrMissing(head))) return false;
  await mkdir(join(at, 'logs'));
  await symlink(head, join(at, 'logs/HEAD'));
  await symlink(join(commonDir, 'logs/refs'), join(at, 'logs/refs'));
  return true;
}

function configuration(kept: ReadonlyMap<string, string>, logged: boolean): string {
  const extended = [...kept.keys()].some((key) => key.startsWith('extensions.'));
  const lines = [
    ['core.repositoryformatversion', extended ? '1' : '0'],
    ['core.bare', 'true'],
    ['core.logallrefupdates', String(logged)],
    // A look copies no large file.
    ['uploadpack.allowfilter', 'true'],
    ...kept,
  ];
  // Values passed patterns without blanks, quotes or line breaks.
  return lines.map(([key = '', value = '']) => `[${key.replace('.', ']\n\t')} = ${value}\n`).join('');
}
