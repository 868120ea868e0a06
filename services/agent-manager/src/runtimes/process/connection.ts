import { constants, open as openCallback } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { WorkerCommand } from '@claude-codex/contracts';
import { linesOf, recordsOf } from '../journal-lines.ts';
import { type RuntimeConnection, type RuntimeExit, RuntimeGone } from '../runtime.ts';
import { followFile } from './follow-file.ts';
import { FILES } from './launch.ts';

/** A bare descriptor: the socket owns it, while a file handle would also close it when it is collected. */
const openDescriptor = promisify(openCallback);

/**
 * Talks to a worker through the files in its directory. `watchOver` gives how it ended, or null when it was told to
 * stop watching.
 */
export function connectTo(
  name: string,
  directory: string,
  watchOver: (signal: AbortSignal) => Promise<RuntimeExit | null>,
): RuntimeConnection {
  const closed = new AbortController();
  const ended = new AbortController();
  let stdin: Promise<Socket> | null = null;

  const { promise: exited, resolve: hasExited, reject: watchFailed } = Promise.withResolvers<RuntimeExit>();
  const watching = watchOver(closed.signal).then((exit) => {
    if (exit === null) return;
    hasExited(exit);
    ended.abort();
  }, watchFailed);
  // Somebody may only follow the records; a failure of the watch is theirs to hear through `exited` alone.
  exited.catch(() => ended.abort());

  async function send(command: WorkerCommand): Promise<void> {
    stdin ??= openFifo(name, join(directory, FILES.stdin));
    const socket = await stdin.catch((error: unknown) => {
      stdin = null;
      throw error;
    });
    if (socket.destroyed) throw new RuntimeGone(name);
    await new Promise<void>((resolve, reject) => {
      socket.write(`${JSON.stringify(command)}\n`, (error) =>
        error ? reject(new RuntimeGone(name, { cause: error })) : resolve(),
      );
    });
  }

  return {
    send,
    records: (afterSeq) =>
      recordsOf(linesOf(followFile(join(directory, FILES.journal), ended.signal, closed.signal)), afterSeq),
    exited,
    async close() {
      closed.abort();
      await watching;
      if (stdin !== null) (await stdin.catch(() => null))?.destroy();
    },
  };
}

/**
 * Opens the worker's stdin without waiting: with nobody reading (ENXIO) the worker is gone. The first line is empty, so
 * that half a command of a manager that was killed while writing does not swallow our first one.
 */
async function openFifo(name: string, path: string): Promise<Socket> {
  const fd = await openDescriptor(path, constants.O_WRONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw new RuntimeGone(name, { cause });
  });
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on('error', () => socket.destroy());
  socket.write('\n');
  return socket;
}
