import { hostname } from 'node:os';
import { RuntimeName } from '@claude-codex/contracts';
import { BlobsEnv } from '@claude-codex/service-kit/blobs/open-blobs';
import { HostEnv } from '@claude-codex/service-kit/host-id';
import { newId } from '@claude-codex/service-kit/ids';
import { absolutePath, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

const whole = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const MIB = 1024 ** 2;

/** What is said about agents, wherever the manager runs: as a service or inside the standalone process. */
export const AgentsEnv = z.object({
  /**
   * Who this manager is for its leases. Set it only where a second one with the same name cannot run: it then takes up
   * its agents at once after a crash. By default each start has a name of its own, and takes over after some seconds.
   */
  CODEX_MANAGER_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'may hold up to 64 letters, digits, . _ and -')
    .optional(),
  /** Containers (`docker`), processes, or whichever of the two can be had. */
  CODEX_RUNTIME: z.enum(['auto', ...RuntimeName.options]).default('auto'),
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
  /** How long the check of a repository may take. */
  CODEX_CHECK_TIMEOUT_S: whole(900, 10, 86_400),
});

/** The environment of the agent manager as a service. */
export const AgentManagerEnv = AgentsEnv.extend({
  ...serviceFields(8085),
  CODEX_DATA_DIR: absolutePath,
  ...BlobsEnv.shape,
  ...HostEnv.shape,
  /**
   * How long nothing may be heard of another host before its agents go on here, from their last checkpoints, in seconds.
   * Longer than a restart of a machine's services takes: what its agents do meanwhile is lost when others take over.
   */
  CODEX_HOST_LOST_AFTER_S: whole(60, 10, 86_400),
});

/** Where this manager is, among others. */
export interface HostSettings {
  /** Managers of one host share its engine, its agents' files and its egress. */
  hostId: string;
  hostLostAfterMs: number;
}

export interface AgentManagerSettings extends HostSettings {
  managerId: string;
  dataDir: string;
  runtime: 'auto' | RuntimeName;
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
  checkTimeoutMs: number;
}

export function agentManagerSettings(
  env: z.output<typeof AgentsEnv> & { CODEX_DATA_DIR: string },
  host: HostSettings,
): AgentManagerSettings {
  return {
    managerId: env.CODEX_MANAGER_ID ?? `${hostname()}-${newId()}`,
    ...host,
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
    checkTimeoutMs: env.CODEX_CHECK_TIMEOUT_S * 1000,
  };
}
