import { lchown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlobNotFound } from '@claude-codex/service-kit/blobs';
import { newId } from '@claude-codex/service-kit/ids';
import { giveTo } from '../checkouts/give-to.ts';
import { MODES } from '../checkouts/private-directories.ts';
import type { WorldInstance } from '../world/world.ts';
import { type ManagerParts, specOf } from './parts.ts';

const MAX_TRANSCRIPT_BYTES = 256 * 1024 * 1024;
const SESSION_ID = /^[0-9a-f-]{36}$/;

/**
 * Puts the transcript of the last checkpoint into the home of an instance that was never on this host, where Claude Code
 * looks for it. Only into a home with nothing in it: what an agent may have written to could lead anywhere. Nothing is
 * done when this host has the session, or when there is no checkpoint of it.
 */
export async function restoreSession(parts: ManagerParts, instance: WorldInstance, sessionId: string): Promise<void> {
  const { runtime, directories, log } = parts;
  const { checkpoint, id, state } = instance;
  const { home, root } = directories.instance(id);
  if (!(await isEmpty(home))) return;
  const blobId = checkpoint?.sessionId === sessionId ? checkpoint.transcriptBlobId : null;
  if (blobId === null || !SESSION_ID.test(sessionId)) return;
  const transcript = await parts.blobs.read(blobId, MAX_TRANSCRIPT_BYTES).catch((error: unknown) => {
    if (!(error instanceof BlobNotFound)) throw error;
    log.warn({ instanceId: id, blobId }, 'the transcript of a checkpoint is gone; the agent begins a new session');
    return null;
  });
  if (transcript === null) return;
  const { checkout } = runtime.paths(specOf(parts, { instanceId: id, epoch: state.epoch }));
  const [top = '', ...below] = [...runtime.sessionsIn, checkout.replace(/[^a-zA-Z0-9]/g, '-')];
  const making = join(root, `session.${newId()}`);
  try {
    const folder = join(making, ...below);
    await mkdir(folder, { recursive: true, mode: MODES.own });
    await writeFile(join(folder, `${sessionId}.jsonl`), transcript, { mode: 0o600 });
    if (runtime.owner !== null) await giveTo(making, runtime.owner);
    await rename(making, join(home, top));
    if (runtime.owner !== null) await lchown(join(home, top), runtime.owner.uid, runtime.owner.gid);
    log.info({ instanceId: id, sessionId }, 'a session goes on here from its last checkpoint');
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Whether a session can be continued here: its files are, or may be, in the home. */
export async function mayResume({ directories }: Pick<ManagerParts, 'directories'>, instanceId: string) {
  return !(await isEmpty(directories.instance(instanceId).home));
}

async function isEmpty(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length === 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}
