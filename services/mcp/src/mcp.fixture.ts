import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentKind, DomainEvent, RecordedEvent } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import { createMemoryEventStore } from '@claude-codex/eventing';
import type { InstanceIdentity, InstanceTokens, Logger } from '@claude-codex/service-kit';
import { createInProcessBus, createLogger, idFrom, loadMasterKey, newId } from '@claude-codex/service-kit';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpApp } from './app.ts';
import type { McpSettings } from './config.ts';
import { MCP_DEFAULTS } from './config.ts';

const id = (what: string) => idFrom('mcp-test', what);
export const WORKSPACE = id('workspace');
export const TASK = id('task');
export const INSTANCE = id('instance');
export const REPOSITORY = id('repository');
const ANN = 'user-ann';

export interface CallOutcome {
  isError: boolean;
  text: string;
  code: unknown;
}

/** The service on the memory event store, with one task whose phase `develop` the instance is working on. */
export class Mcp {
  readonly store: EventStore = createMemoryEventStore();
  readonly bus = createInProcessBus();
  readonly #clients: Client[] = [];
  #tokens!: InstanceTokens;
  #directory = '';
  app!: ServiceApp;
  url = '';

  async start(settings: Partial<McpSettings> = {}): Promise<void> {
    this.#directory = await mkdtemp(join(tmpdir(), 'mcp-'));
    this.#tokens = createInstanceTokens(await loadMasterKey(join(this.#directory, 'master.key')));
    await this.#open(settings);
    await this.seed();
  }

  /** As after a crash: another process with the same log. */
  async restart(): Promise<void> {
    await this.app.stop();
    await this.#open({});
  }

  async #open(settings: Partial<McpSettings>): Promise<void> {
    this.app = createMcpApp({
      store: this.store,
      bus: this.bus,
      tokens: this.#tokens,
      settings: { ...MCP_DEFAULTS, ...settings },
      log: this.log(),
    });
    await this.app.start();
    this.url = `${await this.app.http.listen({ host: '127.0.0.1', port: 0 })}/mcp`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.app.stop();
    await rm(this.#directory, { recursive: true });
  }

  log(): Logger {
    return createLogger({ service: 'mcp', level: 'silent' });
  }

  token(identity: Partial<InstanceIdentity> = {}, audience: 'mcp' | 'model' = 'mcp', ttlSeconds = 60): Promise<string> {
    const own = { instanceId: INSTANCE, epoch: 1, kind: 'coding' as AgentKind, taskId: TASK };
    return this.#tokens.mint(
      { ...own, workspaceId: WORKSPACE, repositoryId: REPOSITORY, ...identity },
      { audience, ttlSeconds },
    );
  }

  async client(identity: Partial<InstanceIdentity> = {}): Promise<Client> {
    const headers = { authorization: `Bearer ${await this.token(identity)}` };
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(this.url), { requestInit: { headers } }) as Transport,
    );
    this.#clients.push(client);
    return client;
  }

  async call(client: Client, name: string, args: Record<string, unknown>): Promise<CallOutcome> {
    return outcomeOf(await client.callTool({ name, arguments: args }));
  }

  async append(stream: string, ...events: DomainEvent[]): Promise<void> {
    const result = await this.store.append({
      commandId: newId(),
      meta: {
        actor: { kind: 'person', id: ANN },
        causedBy: null,
        correlationId: 'request-1',
        causationId: null,
        workspaceId: WORKSPACE,
      },
      writes: [{ stream, expectedVersion: 'any', events }],
    });
    if (result.status !== 'appended') throw new Error(`not appended: ${result.status}`);
  }

  async eventsOf(type: string): Promise<RecordedEvent[]> {
    return (await this.store.readAll({ after: 0, limit: 10_000 })).filter((event) => event.type === type);
  }

  async seed(): Promise<void> {
    await this.append(
      streamOf('task', TASK),
      {
        type: 'TaskCreated',
        data: {
          number: 1,
          title: 'Greet by the time of day',
          description: '',
          taskType: 'feature',
          priority: 'normal',
          labels: [],
          repositoryId: REPOSITORY,
          baseBranch: 'main',
          model: null,
          origin: null,
          workflow: {
            name: 'develop',
            title: 'Develop',
            description: '',
            maxRounds: 3,
            phases: [
              {
                name: 'develop',
                title: 'Develop',
                kind: 'coding',
                instructions: '',
                deliverables: [],
                attempts: 1,
                gate: [{ by: 'person', needed: 1 }],
                requiresChanges: true,
              },
            ],
          },
        },
      },
      { type: 'TaskQueued', data: {} },
      { type: 'AttemptStarted', data: { phase: 'develop', round: 1, kind: 'coding', instanceId: INSTANCE } },
    );
    await this.append(
      streamOf('instance', INSTANCE),
      {
        type: 'InstanceQueued',
        data: {
          name: 'work-1-a1',
          taskId: TASK,
          repositoryId: REPOSITORY,
          kind: 'coding',
          phase: 'develop',
          attempt: 1,
          branch: 'codex/1-greet-a1',
          baseBranch: 'main',
          model: null,
        },
      },
      { type: 'InstanceStarting', data: { epoch: 1, managerId: 'm1', runtime: 'process', resumeSessionId: null } },
    );
  }
}

export function outcomeOf(result: unknown): CallOutcome {
  const { isError, content, _meta } = CallToolResultSchema.parse(result);
  const first = content[0];
  return {
    isError: isError === true,
    text: first?.type === 'text' ? first.text : '',
    code: _meta?.['claude-codex/code'],
  };
}
