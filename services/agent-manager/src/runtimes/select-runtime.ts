import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@claude-codex/service-kit/log';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';
import type { Directories } from '../checkouts/directories.ts';
import type { AgentManagerSettings } from '../config.ts';
import { containerUsers } from './docker/container-users.ts';
import { createDockerRuntime } from './docker/docker-runtime.ts';
import { openProcessRuntime } from './process/open-process-runtime.ts';
import type { Runtime } from './runtime.ts';

const SECCOMP = fileURLToPath(new URL('../../../../infra/seccomp-agent.json', import.meta.url));

/**
 * The runtime the settings ask for. `auto` takes containers when an engine answers and has the agent image, processes
 * otherwise. Throws `OperatorError` when `docker` is asked for and cannot be had: quietly weaker isolation would be a lie.
 */
export async function selectRuntime(
  settings: AgentManagerSettings,
  directories: Directories,
  log: Logger,
): Promise<Runtime> {
  if (settings.runtime === 'process') return openProcessRuntime(settings, directories, log);
  const docker = await dockerRuntime(settings, directories);
  const facts = await docker.info();
  if (facts.available) return docker;
  if (settings.runtime === 'docker') throw new OperatorError(`CODEX_RUNTIME is docker, but ${facts.detail}`);
  log.info({ detail: facts.detail }, 'agents run as processes: there is no container engine to use');
  return openProcessRuntime(settings, directories, log);
}

async function dockerRuntime(settings: AgentManagerSettings, directories: Directories): Promise<Runtime> {
  const { image, memoryBytes, cpus, pids, seccompPath } = settings.agent;
  const seccomp = await readProfile(seccompPath ?? SECCOMP);
  const scope = createHash('sha256').update(settings.dataDir).digest('hex').slice(0, 16);
  // 8 MB, of which agents as processes need nothing.
  const { default: Docker } = await import('dockerode');
  return createDockerRuntime(new Docker(), {
    image,
    ...containerUsers(),
    directories,
    memoryBytes,
    cpus,
    pids,
    seccomp,
    scope,
  });
}

async function readProfile(path: string): Promise<string> {
  try {
    return JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new OperatorError(`CODEX_AGENT_SECCOMP is no profile that can be read: ${reasonOf(error)}`, { cause: error });
  }
}
