import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificate, selfSigned } from '../certificate.ts';
import { Checker } from './description/checker.ts';
import { githubDescription, loadDescription } from './description/load.ts';
import type { Violation } from './description/violation.ts';
import type { Exchange } from './http/api.ts';
import { type Fault, Faults } from './http/faults.ts';
import { RequestCounts } from './http/requests.ts';
import { createHandler } from './http/server.ts';
import { type Hands, handsOf } from './people/hands.ts';
import { apiRoutes } from './rest/routes.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import { createWorld } from './world.ts';

export interface FakeGithubOptions {
  /** Where it listens; 127.0.0.1. */
  readonly host?: string;
  /** 0: any. */
  readonly port?: number;
  /** What it is called in addresses; localhost. The certificate has to be for it. */
  readonly name?: string;
  readonly certificate?: Certificate;
  /** The API without TLS on a port of its own, for clients that cannot be told to trust a certificate. */
  readonly plainApi?: boolean;
  /** Whether what passes is compared with GitHub's official description, where that is installed; true. */
  readonly isChecked?: boolean;
  /** Requests an hour for each token; 5000. */
  readonly rateLimit?: number;
}

export interface FakeGithub extends Hands {
  /** `https://localhost:…/api/v3`; http with `plainApi`. */
  readonly apiUrl: string;
  /** Pages and git. */
  readonly webUrl: string;
  readonly certificate: Certificate;
  readonly webhooks: Webhooks;
  readonly requests: RequestCounts;
  /** What came in or went out and is not as GitHub describes it; of REST and webhooks empty, too, where the description is not installed. */
  readonly violations: readonly Violation[];
  fault(fault: Fault): void;
  clearFaults(): void;
  /** `https://localhost:…/owner/name.git`. */
  cloneUrl(fullName: string): string;
  stop(): Promise<void>;
}

/**
 * A GitHub for tests and demonstrations: its REST API, parts of its GraphQL and its webhooks over repositories of real git, which is reached
 * over https. It forgets everything when it stops. Product code is told its address and nothing else.
 */
export async function startFakeGithub(options: FakeGithubOptions = {}): Promise<FakeGithub> {
  const { host = '127.0.0.1', name = 'localhost', certificate = selfSigned(name) } = options;
  const directory = await mkdtemp(join(tmpdir(), 'codex-github-'));
  const servers: Server[] = [createHttpsServer({ key: certificate.key, cert: certificate.cert })];
  if (options.plainApi === true) servers.push(createHttpServer());
  const [port = 0, plainPort] = await Promise.all(
    servers.map((server, index) => listen(server, index === 0 ? (options.port ?? 0) : 0, host)),
  );
  const web = `https://${name}${port === 443 ? '' : `:${port}`}`;
  const api = `${plainPort === undefined ? web : `http://${name}:${plainPort}`}/api/v3`;
  const world = createWorld({ api, web }, directory, options.rateLimit ?? 5000);
  const [webhooks, faults, requests] = [new Webhooks(world), new Faults(), new RequestCounts()];
  const routes = apiRoutes(webhooks);
  const checker =
    options.isChecked === false || githubDescription.missing !== null ? null : new Checker(loadDescription());
  webhooks.observe = (event, action, payload) => checker?.webhook(event, action, payload);
  const observe = (exchange: Exchange) => checker?.exchange(exchange);
  const violations: Violation[] = checker?.violations ?? [];
  const violated = (violation: Violation) => void (options.isChecked !== false && violations.push(violation));
  const handle = createHandler({ world, routes, faults, requests, observe, violated });
  for (const server of servers) {
    server.on('request', (request, response) => {
      // Whoever asks sees the connection break, with a test that says where.
      handle(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  return {
    ...handsOf(world, webhooks),
    apiUrl: api,
    webUrl: web,
    certificate,
    webhooks,
    requests,
    violations,
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    cloneUrl: (fullName) => `${web}/${fullName}.git`,
    async stop() {
      await webhooks.stop();
      await Promise.all(servers.map(close));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
