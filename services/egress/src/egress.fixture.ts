import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EgressOpen, RecordedEvent } from '@claude-codex/contracts';
import { EgressDone, subjects } from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import { createMemoryEventStore } from '@claude-codex/eventing';
import type { BlobStore, Bus, InstanceTokens } from '@claude-codex/service-kit';
import {
  createDirectoryBlobs,
  createInProcessBus,
  createLogger,
  idFrom,
  loadMasterKey,
  requestJson,
} from '@claude-codex/service-kit';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { createEgressApp } from './app.ts';
import type { EgressLimits, ModelProvider } from './config.ts';
import { EGRESS_LIMITS } from './config.ts';

export const HOST_TOKEN = 'token-of-further-hosts-0123456789';
export const CANARY_KEY = 'sk-ant-canary-0123456789';

/** A call as the scripted provider or tool service received it. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

type Script = (response: ServerResponse, received: Received) => void;

/** An HTTP server on loopback that keeps what it received and answers as its script says. */
export class ScriptedServer {
  script: Script = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  readonly received: Received[] = [];
  connections = 0;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const received = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
    this.received.push(received);
    this.script(response, received);
  }

  async listen(): Promise<string> {
    this.#server.on('connection', () => {
      this.connections += 1;
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The answer broke off. */
  cut: boolean;
}

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Called for each piece as it arrives. */
  onChunk?: (text: string) => void;
  signal?: AbortSignal;
}

/** Speaks HTTP on the instance's socket, as the relay in a worker does. */
export function callDoor(socketPath: string, path: string, call: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', headers = {}, body, onChunk, signal } = call;
    const outgoing = httpRequest({ socketPath, path, method, headers, agent: false, ...(signal ? { signal } : {}) });
    outgoing.once('error', reject);
    outgoing.once('response', (answer) => {
      const chunks: Buffer[] = [];
      const finish = (cut: boolean) =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString('utf8'),
          cut,
        });
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        onChunk?.(chunk.toString('utf8'));
      });
      answer.once('end', () => finish(false));
      answer.once('error', () => finish(true));
    });
    outgoing.end(body);
  });
}

export interface Egress {
  app: ServiceApp;
  bus: Bus;
  store: EventStore;
  blobs: BlobStore;
  tokens: InstanceTokens;
  provider: ScriptedServer;
  tools: ScriptedServer;
  directory: string;
  open(epoch?: number, socketPath?: string, owner?: EgressOpen['owner']): Promise<EgressOpen>;
  usageEvents(instanceId: string): Promise<RecordedEvent[]>;
  /** A second process on the same directory, as after a crash. */
  another(): ServiceApp;
  stop(): Promise<void>;
}

/** A whole egress service on temporary directories, with a scripted provider and tool service. */
export async function startEgress(
  limits: Partial<EgressLimits> = {},
  elsewhere: Partial<ModelProvider> = {},
): Promise<Egress> {
  const directory = await mkdtemp(join(tmpdir(), 'egress-'));
  const provider = new ScriptedServer();
  const tools = new ScriptedServer();
  const bus = createInProcessBus();
  const store = createMemoryEventStore();
  const blobs = createDirectoryBlobs(join(directory, 'blobs'));
  const tokens = createInstanceTokens(await loadMasterKey(join(directory, 'master.key')));
  const place = { kind: 'team_server' as const, tokens, hostToken: HOST_TOKEN };
  const settings = {
    provider: {
      baseUrl: await provider.listen(),
      apiKey: CANARY_KEY,
      authToken: null,
      label: 'scripted',
      ...elsewhere,
    },
    mcpUrl: `${await tools.listen()}/mcp`,
    hostId: 'host',
    doorsFile: join(directory, 'doors.json'),
    limits: { ...EGRESS_LIMITS, ...limits },
  };
  const log = createLogger({ service: 'egress', level: 'silent' });
  const another = () => createEgressApp({ bus, store, blobs, place, settings, log });
  const app = another();
  await app.start();

  async function open(
    epoch = 1,
    socketPath = join(directory, `door-${epoch}`, 's.sock'),
    owner: EgressOpen['owner'] = null,
  ): Promise<EgressOpen> {
    const id = (what: string) => idFrom('egress-test', what);
    const request: EgressOpen = {
      instanceId: id('instance'),
      epoch,
      workspaceId: id('workspace'),
      taskId: id('task'),
      repositoryId: id('repository'),
      kind: 'coding',
      socketPath,
      owner,
    };
    await requestJson(bus, subjects.egress('host').open, request, EgressDone, { timeoutMs: 2000 });
    return request;
  }

  async function stop(): Promise<void> {
    await app.stop();
    await Promise.all([provider.close(), tools.close()]);
    await bus.close();
    await rm(directory, { recursive: true });
  }

  const usageEvents = (instanceId: string) => store.readStream(`usage-${instanceId}`);
  return { app, bus, store, blobs, tokens, provider, tools, directory, open, usageEvents, another, stop };
}
