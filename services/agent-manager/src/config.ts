import { hostname } from 'node:os';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { openedHosts } from '@claude-codex/service-kit/outgoing/addresses';
import type { DialerSettings } from '@claude-codex/service-kit/outgoing/dialer';
import { proxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';
import {
  absolutePath,
  httpAddress,
  logLevel,
  natsAddress,
  port,
  redisAddress,
} from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';
import { NETWORK_VARIABLES } from './git/environment.ts';

const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const MIB = 1024 ** 2;

function isOpenable(entries: readonly string[]): boolean {
  try {
    openedHosts(entries);
    return true;
  } catch {
    return false;
  }
}

/** What is said about agents, wherever the manager runs: as a service or inside the standalone process. */
export const AgentsEnv = z.object({
  /**
   * Who this manager is for its leases. Set it only where a second one with the same name cannot run: it then takes up
   * its agents at once after a crash. By default each start has a name of its own, and takes over after some seconds.
   */
  CODEX_MANAGER_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'may hold letters, digits, . _ and -')
    .optional(),
  /** Containers (`docker`), processes, or whichever of the two can be had. */
  CODEX_RUNTIME: z.enum(['auto', 'docker', 'process']).default('auto'),
  CODEX_AGENT_IMAGE: z.string().min(1).default('claude-codex/agent'),
  /** The user of agents as processes. 0: one is chosen. */
  CODEX_AGENT_UID: whole(0, 0, 2 ** 31),
  /** Of agents as processes. `auto`: wherever one can be had; `required`: nothing starts without; `off`: only to try things. */
  CODEX_AGENT_SANDBOX: z.enum(['auto', 'required', 'off']).default('auto'),
  /** More directories a sandbox shows, read-only, with colons between: tools outside /usr. */
  CODEX_AGENT_TOOLS: z
    .string()
    .transform((text) => text.split(':').filter((path) => path !== ''))
    .pipe(z.array(absolutePath))
    .default([]),
  /** Memory of one agent with everything it starts. */
  CODEX_AGENT_MEMORY_MB: whole(2048, 256, 65_536),
  /** Processors of one agent in a container. */
  CODEX_AGENT_CPUS: z.coerce.number().min(0.25).max(64).default(2),
  /** Processes and threads of one agent in a container. */
  CODEX_AGENT_PIDS: whole(512, 64, 4096),
  /** What the files of one agent may take of the disk: checkout, home and temporary files. Over it, it is told, then ended. */
  CODEX_AGENT_DISK_MB: whole(10_240, 64, 16_777_216),
  CODEX_AGENT_SECCOMP: absolutePath.optional(),
  /** For tasks that name none; without it Claude Code takes its own default. */
  CODEX_DEFAULT_MODEL: z.string().max(100).optional(),
  /**
   * How many agents of this manager may work at the same time, not of all managers together: three managers with 8 let
   * 24 work. 0: 8 in containers, 4 as processes. Those that wait for people do not count, but keep their containers: once
   * four times as many are there, nothing starts until one of them is answered, reviewed or ended.
   */
  CODEX_MAX_AGENTS: whole(0, 0, 500),
  CODEX_SAMPLE_REPOSITORY: absolutePath.optional(),
  /** How long the check of a repository may take. */
  CODEX_CHECK_TIMEOUT_S: whole(900, 10, 86_400),
  /** The largest hand-over that is taken. */
  CODEX_BUNDLE_MAX_MB: whole(512, 1, 65_536),
  /** The proxy that leads to https addresses, of repositories and of the model provider; small letters work too. */
  HTTPS_PROXY: httpAddress.optional(),
  /** Hosts that are reached without a proxy, with commas between. */
  NO_PROXY: z.string().optional(),
  /**
   * Hosts and networks of your own that repositories may be fetched from, with commas between: `git.lan`, `.corp.example`
   * (all names below it), `10.1.0.0/16`. Without it only addresses of the internet are reached.
   */
  CODEX_PRIVATE_HOSTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .refine(
      isOpenable,
      'may hold host names, .domain, addresses and networks such as 10.1.0.0/16, with commas between',
    ),
});

/** The environment of the agent manager as a service. */
export const AgentManagerEnv = AgentsEnv.extend({
  PORT: port(8085),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: logLevel,
  NATS_URL: natsAddress,
  REDIS_URL: redisAddress,
  CODEX_DATA_DIR: absolutePath,
});

export interface AgentManagerSettings {
  managerId: string;
  dataDir: string;
  runtime: 'auto' | 'docker' | 'process';
  agent: {
    image: string;
    /** User of agents that run as processes; null picks one. */
    uid: number | null;
    sandbox: 'auto' | 'required' | 'off';
    tools: readonly string[];
    memoryBytes: number;
    cpus: number;
    pids: number;
    diskBytes: number;
    /** File with the seccomp profile; null = the one of the repository. */
    seccompPath: string | null;
  };
  defaultModel: string | null;
  /** null = the default of the runtime. */
  maxAgents: number | null;
  samplePath: string;
  checkTimeoutMs: number;
  bundleMaxBytes: number;
  /** How git reaches addresses that people give. */
  outgoing: DialerSettings;
  /** Variables of the operator that git itself understands. */
  network: Record<string, string>;
}

export function agentManagerSettings(
  env: z.output<typeof AgentsEnv> & { CODEX_DATA_DIR: string },
  all: Record<string, string | undefined>,
): AgentManagerSettings {
  const controlPlane = [all.NATS_URL, all.REDIS_URL, all.DATABASE_URL].flatMap(placeOf);
  const network = NETWORK_VARIABLES.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
  return {
    managerId: env.CODEX_MANAGER_ID ?? `${hostname()}-${newId()}`,
    dataDir: env.CODEX_DATA_DIR,
    runtime: env.CODEX_RUNTIME,
    agent: {
      image: env.CODEX_AGENT_IMAGE,
      uid: env.CODEX_AGENT_UID === 0 ? null : env.CODEX_AGENT_UID,
      sandbox: env.CODEX_AGENT_SANDBOX,
      tools: env.CODEX_AGENT_TOOLS,
      memoryBytes: env.CODEX_AGENT_MEMORY_MB * MIB,
      cpus: env.CODEX_AGENT_CPUS,
      pids: env.CODEX_AGENT_PIDS,
      diskBytes: env.CODEX_AGENT_DISK_MB * MIB,
      seccompPath: env.CODEX_AGENT_SECCOMP ?? null,
    },
    defaultModel: env.CODEX_DEFAULT_MODEL ?? null,
    maxAgents: env.CODEX_MAX_AGENTS === 0 ? null : env.CODEX_MAX_AGENTS,
    samplePath: env.CODEX_SAMPLE_REPOSITORY ?? join(env.CODEX_DATA_DIR, 'sample.git'),
    checkTimeoutMs: env.CODEX_CHECK_TIMEOUT_S * 1000,
    bundleMaxBytes: env.CODEX_BUNDLE_MAX_MB * MIB,
    outgoing: { opened: env.CODEX_PRIVATE_HOSTS, controlPlane, proxy: proxyVariables(all) },
    network: Object.fromEntries(network),
  };
}

const USUAL_PORTS: Record<string, string> = {
  'nats:': '4222',
  'redis:': '6379',
  'postgres:': '5432',
  'postgresql:': '5432',
};

function placeOf(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { hostname, port, protocol } = new URL(address);
  const known = port || USUAL_PORTS[protocol];
  return known === undefined ? [] : [`${hostname}:${known}`];
}
