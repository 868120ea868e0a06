/** What the first start makes for a service and nobody else may read: `infra/first-start/secrets.mjs`. */
export type ServiceSecret = 'database' | 'redis' | 'master-key';

interface ServiceFacts {
  /** What Health calls it. */
  title: string;
  secrets: readonly ServiceSecret[];
  /** What it says of its health tells what it is. The others tell figures of the moment, which Health does not record. */
  lastingDetail?: true;
}

/**
 * Every service of a team installation, by the name of its folder, its container and its health on the bus
 * (`subjects.health`), in the order one process starts them: once the gateway listens, everything behind it works.
 *
 * The one list of them: standalone, Health, secrets, the reference of settings, kill tests and rules read it, and
 * `tools/services.test.ts` holds compose against it.
 */
export const SERVICE_FACTS = {
  'event-store': { title: 'Event store', secrets: ['database'] },
  projector: { title: 'Projector', secrets: ['database'] },
  mcp: { title: 'MCP', secrets: ['master-key'] },
  egress: { title: 'Egress', secrets: ['master-key'] },
  orchestrator: { title: 'Orchestrator', secrets: [] },
  git: { title: 'Git', secrets: ['redis'] },
  'agent-manager': { title: 'Agent manager', secrets: [] },
  'github-sync': { title: 'GitHub sync', secrets: [], lastingDetail: true },
  'health-checker': { title: 'Health checker', secrets: ['database', 'redis'] },
  gateway: { title: 'Gateway', secrets: ['database', 'master-key'] },
} as const satisfies Record<string, ServiceFacts>;

export type ServiceName = keyof typeof SERVICE_FACTS;
export const SERVICES = Object.keys(SERVICE_FACTS) as ServiceName[];

export function serviceFacts(name: ServiceName): ServiceFacts {
  return SERVICE_FACTS[name];
}
export const isServiceName = (name: string): name is ServiceName => Object.hasOwn(SERVICE_FACTS, name);
