import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import type { EgressClose, EgressOpen } from '@claude-codex/contracts';
import { DomainError } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit';
import type { Rooms } from './door-server.ts';
import { createDoorServer } from './door-server.ts';
import type { DoorsFile } from './doors-file.ts';

/** The kernel's limit for the path of a unix socket, without the closing zero. */
const MAX_SOCKET_PATH = 107;

interface OpenDoor {
  request: EgressOpen;
  server: Server;
}

export interface Doors {
  /** Opens, or does nothing when it is open; a newer epoch closes the older ones. Throws INSTANCE_FENCED for an older. */
  open(request: EgressOpen): Promise<void>;
  close(which: EgressClose): Promise<void>;
  list(): EgressOpen[];
  /** Opens what was open when the last process of this service ended. */
  restore(): Promise<void>;
  /** Closes all, and remembers them for `restore`. */
  stop(): Promise<void>;
}

export function createDoors(options: { rooms: Rooms; file: DoorsFile; log: Logger }): Doors {
  const { rooms, file, log } = options;
  const open = new Map<string, OpenDoor>();
  let last: Promise<unknown> = Promise.resolve();

  /** One change at a time: two requests for the same socket must not unlink each other's file. */
  function serially<Result>(change: () => Promise<Result>): Promise<Result> {
    const mine = last.then(change, change);
    last = mine;
    return mine;
  }

  async function openOne(request: EgressOpen): Promise<void> {
    const { instanceId, epoch, socketPath } = request;
    const current = open.get(instanceId);
    if (current !== undefined) {
      if (current.request.epoch > epoch) throw new DomainError('INSTANCE_FENCED', { instanceId, epoch });
      if (isSame(current.request, request)) return;
      await closeOne(current.request);
    }
    if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH) {
      throw new DomainError('INVALID_PATH', { reason: `a socket path may have ${MAX_SOCKET_PATH} bytes` });
    }
    const { socketPath: _path, owner, ...identity } = request;
    const server = createDoorServer(identity, rooms);
    await listen(server, socketPath, owner);
    open.set(instanceId, { request, server });
    log.info({ instanceId, epoch }, 'door opened');
  }

  async function closeOne({ instanceId, epoch }: EgressClose): Promise<void> {
    const door = open.get(instanceId);
    if (door === undefined || door.request.epoch !== epoch) return;
    open.delete(instanceId);
    await shut(door.server);
    await rm(door.request.socketPath, { force: true });
    log.info({ instanceId, epoch }, 'door closed');
  }

  function list(): EgressOpen[] {
    return [...open.values()].map((door) => door.request);
  }

  async function restore(): Promise<void> {
    for (const request of await file.load()) {
      await openOne(request).catch((error: unknown) =>
        log.warn({ err: error, instanceId: request.instanceId }, 'door could not be opened again'),
      );
    }
  }

  return {
    open: (request) => serially(() => openOne(request).then(() => file.save(list()))),
    close: (which) => serially(() => closeOne(which).then(() => file.save(list()))),
    list,
    restore: () => serially(restore),
    stop: () => serially(async () => void (await Promise.all([...open.values()].map(({ server }) => shut(server))))),
  };
}

/** A door restored from a file of an earlier release knows no owner yet; it is opened again when one asks for it. */
function isSame(a: EgressOpen, b: EgressOpen): boolean {
  return a.epoch === b.epoch && a.socketPath === b.socketPath && a.owner?.uid === b.owner?.uid;
}

/**
 * Whoever can connect spends the instance's budget, so directory and socket belong to one user and are closed to all
 * others. The directory first: a socket is open to some from its making until its mode is set.
 */
async function listen(server: Server, socketPath: string, owner: EgressOpen['owner']): Promise<void> {
  const directory = dirname(socketPath);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  // A file left by a process that was killed; a living one would be found in `open`.
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  await chmod(socketPath, 0o600);
  if (owner === null || process.getuid?.() !== 0) return;
  await chown(socketPath, owner.uid, owner.gid);
  await chown(directory, owner.uid, owner.gid);
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
