import type { Log } from '@claude-codex/eventing';
import { BlobNotFound, type BlobStore } from '@claude-codex/service-kit/blobs';
import type { Places } from '../runtimes/places.ts';
import type { WorldInstance } from '../world/world.ts';

export interface RestoringSessions {
  readonly runtime: { readonly places: Pick<Places, 'instance' | 'paths'> };
  readonly blobs: Pick<BlobStore, 'read'>;
  readonly log: Log;
}

const MAX_TRANSCRIPT_BYTES = 256 * 1024 * 1024;
const SESSION_ID = /^[0-9a-f-]{36}$/;

/**
 * Puts the transcript of the last checkpoint into the home of an instance that was never on this host, where Claude Code
 * looks for it. Only into a home with nothing in it: what an agent may have written to could lead anywhere. Nothing is
 * done when this host has the session, or when there is no checkpoint of it.
 */
export async function restoreSession(
  parts: RestoringSessions,
  instance: WorldInstance,
  sessionId: string,
): Promise<void> {
  const { runtime, log } = parts;
  const { checkpoint, id, state } = instance;
  const places = runtime.places.instance(id);
  if (!(await places.isHomeEmpty())) return;
  const blobId = checkpoint?.sessionId === sessionId ? checkpoint.transcriptBlobId : null;
  if (blobId === null || !SESSION_ID.test(sessionId)) return;
  const transcript = await parts.blobs.read(blobId, MAX_TRANSCRIPT_BYTES).catch((error: unknown) => {
    if (!(error instanceof BlobNotFound)) throw error;
    log.warn({ instanceId: id, blobId }, 'the transcript of a checkpoint is gone; the agent begins a new session');
    return null;
  });
  if (transcript === null) return;
  const { checkout } = runtime.places.paths({ instanceId: id, epoch: state.epoch });
  const project = checkout.replace(/[^a-zA-Z0-9]/g, '-');
  await places.seedHome(['.claude', 'projects', project, `${sessionId}.jsonl`], transcript);
  log.info({ instanceId: id, sessionId }, 'a session goes on here from its last checkpoint');
}

/** Whether a session can be continued here: its files are, or may be, in the home. */
export async function mayResume({ runtime }: Pick<RestoringSessions, 'runtime'>, instanceId: string): Promise<boolean> {
  return !(await runtime.places.instance(instanceId).isHomeEmpty());
}
