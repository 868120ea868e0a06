import { mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSampleRepository } from '@claude-codex/demo/sample-repository';

interface Sample {
  readonly directory: string;
  readonly headSha: string;
}

let made: Promise<Sample> | undefined;

/**
 * The bare sample repository at `targetDir`, a copy of one that is made once in a process: git needs a dozen processes for
 * it, and many tests begin with it.
 * @returns the commit `main` started from.
 */
export async function copySampleRepository(targetDir: string): Promise<Pick<Sample, 'headSha'>> {
  made ??= make();
  const { directory, headSha } = await made;
  await cp(directory, targetDir, { recursive: true });
  return { headSha };
}

async function make(): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'codex-sample-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const directory = join(folder, 'sample.git');
  return { directory, ...(await createSampleRepository(directory)) };
}
