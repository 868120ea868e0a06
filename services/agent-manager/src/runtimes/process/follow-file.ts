import { watch } from 'node:fs';
import { open } from 'node:fs/promises';

const CHUNK = 64 * 1024;
/** The watcher is quick but may miss a change (network file systems); this is the net below it. */
const POLL_MS = 250;

/** The bytes of a file as it grows; ends when `ended` is aborted and everything written until then is read. */
export async function* followFile(path: string, ended: AbortSignal, stopped: AbortSignal): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  const bell = createBell();
  const watcher = watch(path, bell.ring);
  watcher.on('error', bell.ring);
  ended.addEventListener('abort', bell.ring);
  stopped.addEventListener('abort', bell.ring);
  try {
    let offset = 0;
    while (!stopped.aborted) {
      const wasEnded = ended.aborted;
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, offset);
      offset += bytesRead;
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if (wasEnded) return;
      else await bell.wait(POLL_MS);
    }
  } finally {
    watcher.close();
    ended.removeEventListener('abort', bell.ring);
    stopped.removeEventListener('abort', bell.ring);
    await file.close();
  }
}

/** Remembers one ring, so that a change between reading and waiting is not slept through. */
function createBell() {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    async wait(ms: number) {
      if (!rung) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, ms);
        wake = resolve;
        await promise;
        clearTimeout(timer);
        wake = null;
      }
      rung = false;
    },
  };
}
