import { chmod, chown, mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EgressClose, EgressOpen, subjects } from '@claude-codex/contracts';
import { type BlobStore, type Bus, serveJson } from '@claude-codex/service-kit';
import { serveHostHealth } from '@claude-codex/service-kit/health';

/** Doors as the egress service opens them, without credentials and without tools: the model, uploads, health. */
export function serveSmallEgress(bus: Bus, blobs: BlobStore, modelUrl: string, hostId: string) {
  const doors = new Map<string, Server>();
  let doorDelayMs = 0;
  let isFull = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url === '/healthz') response.end();
    else if (request.url === '/mcp') response.writeHead(404).end();
    else if (request.url === '/blobs' && isFull) response.writeHead(507).end();
    else if (request.url === '/blobs') {
      const { blobId } = await blobs.put(body, { maxBytes: 1e9 });
      response.end(JSON.stringify({ blobId }));
    } else {
      const headers = { 'content-type': 'application/json' };
      const method = request.method ?? 'GET';
      const passed = await fetch(`${modelUrl}${request.url}`, {
        method,
        headers,
        ...(body.length > 0 ? { body } : {}),
      });
      response.writeHead(passed.status, { 'content-type': passed.headers.get('content-type') ?? 'application/json' });
      response.end(Buffer.from(await passed.arrayBuffer()));
    }
  }

  async function openDoor(socketPath: string, owner: EgressOpen['owner']): Promise<Server> {
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o700 });
    await rm(socketPath, { force: true });
    const server = createServer((request, response) => {
      answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    await chmod(socketPath, 0o600);
    // As the egress service does: the door belongs to the agent's user alone.
    if (owner !== null && process.getuid?.() === 0) {
      for (const path of [socketPath, dirname(socketPath)]) await chown(path, owner.uid, owner.gid);
    }
    return server;
  }

  function closeDoor(key: string): void {
    doors.get(key)?.close();
    doors.get(key)?.closeAllConnections();
    doors.delete(key);
  }

  /** As a service begins: it opens the doors it is asked for, and says that it is there. */
  function serve(): (() => void)[] {
    return [
      serveJson(bus, subjects.egress(hostId).open, EgressOpen, async ({ instanceId, epoch, socketPath, owner }) => {
        const key = `${instanceId}-${epoch}`;
        if (doorDelayMs > 0) await sleep(doorDelayMs);
        if (!doors.has(key)) doors.set(key, await openDoor(socketPath, owner));
        return { ok: true };
      }),
      serveJson(bus, subjects.egress(hostId).close, EgressClose, async ({ instanceId, epoch }) => {
        closeDoor(`${instanceId}-${epoch}`);
        return { ok: true };
      }),
      serveHostHealth(bus, 'egress', hostId, () => ({ ok: true, detail: '' })),
    ];
  }

  let served = serve();
  function leave(): void {
    for (const unserve of served.splice(0)) unserve();
    for (const key of [...doors.keys()]) closeDoor(key);
  }
  return {
    /** The service and every door are gone, as when it is killed. */
    leave,
    comeBack() {
      served = serve();
    },
    /** Opening a door takes so long, as on a machine that starts many agents at once. */
    delayDoors(ms: number) {
      doorDelayMs = ms;
    },
    /** As a store of blobs on a full disk. */
    refuseUploads(refused: boolean) {
      isFull = refused;
    },
    close: leave,
  };
}
