import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { STRICT_BUT_TOLERANT } from '@claude-codex/service-kit/git/environment';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { branchRef, objectId } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import { newId } from '@claude-codex/service-kit/ids';
import { BundleInvalid, readBundleHeader } from './bundle-header.ts';
import { writeInMirror } from './mirror-locks.ts';
import { putOnHistory } from './put-on-history.ts';

export interface BundleIntake {
  readonly mirror: string;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly blobId: string;
  /** The instance's own branch: the only ref that can move, whatever the bundle names. */
  readonly branch: string;
  /** The commit the supervisor says the branch is at. */
  readonly headSha: string;
  readonly maxBytes: number;
  readonly temporary: string;
  /** The commit holds files without a history: they are put on the branch, or on this base when there is none yet. */
  readonly onto?: string;
}

/**
 * Takes an agent's work into the mirror. A bundle is only data: its pack is indexed with every object checked
 * (`--strict` is fsck), then exactly one ref is set. Git before 2.46 does not check objects of a bundle it fetches,
 * which is why the pack is indexed by itself. Doing it again changes nothing. Throws `BundleInvalid`.
 * @returns the commit the branch is at.
 */
export async function takeInBundle(intake: BundleIntake): Promise<string> {
  const { mirror, branch, maxBytes } = intake;
  const headSha = objectId(intake.headSha);
  const path = join(intake.temporary, `${newId()}.bundle`);
  await mkdir(intake.temporary, { recursive: true });
  try {
    await pipeline(await intake.blobs.get(intake.blobId), limited(maxBytes), createWriteStream(path, { mode: 0o600 }));
    const header = await readBundleHeader(path);
    if (!header.refs.some(({ sha }) => sha === headSha))
      throw new BundleInvalid('it does not hold the reported commit');
    await runGit(['bundle', 'verify', '--quiet', path], { gitDir: mirror });
    await writeInMirror(['index-pack', '--stdin', '--fix-thin', STRICT_BUT_TOLERANT, `--max-input-size=${maxBytes}`], {
      gitDir: mirror,
      input: createReadStream(path, { start: header.packOffset }),
      timeoutMs: 10 * 60_000,
    });
    await runGit(['cat-file', '-e', `${headSha}^{commit}`], { gitDir: mirror });
    const tip = intake.onto === undefined ? headSha : await putOnHistory(intake, headSha, intake.onto);
    await writeInMirror(['update-ref', '--end-of-options', branchRef(branch), tip], { gitDir: mirror });
    return tip;
  } catch (cause) {
    if (cause instanceof GitError) throw new BundleInvalid('git found it damaged or incomplete', { cause });
    throw cause;
  } finally {
    await rm(path, { force: true });
  }
}

function limited(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) done(new BundleInvalid(`it is larger than ${maxBytes} bytes`));
      else done(null, chunk);
    },
  });
}
