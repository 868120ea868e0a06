import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Logger } from '@claude-codex/service-kit/log';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';
import type { Directories } from '../checkouts/directories.ts';
import type { AgentManagerSettings } from '../config.ts';
import { createDockerRuntime } from './docker/docker-runtime.ts';
import { createProcessRuntime } from './process/process-runtime.ts';
import type { Runtime } from './runtime.ts';

const run = promisify(execFile);
const SUPERVISOR = fileURLToPath(new URL('../../../../worker/src/main.ts', import.meta.url));
/** As in the agent's image: a supervisor mostly waits, so it gets a small heap instead of a fast one (16 MB less). */
const SMALL_HEAP = ['--max-semi-space-size=1', '--optimize-for-size'];
const SECCOMP = fileURLToPath(new URL('../../../../infra/seccomp-agent.json', import.meta.url));
/** The user of agents in containers; not root, so it is also the manager's own when that has another number. */
const AGENT = 1000;
/** `nobody`: there on every system, owns nothing. */
const NOBODY = 65_534;

/**
 * The runtime the settings ask for. `auto` takes containers when an engine answers and has the agent image, processes
 * otherwise. Throws `OperatorError` when `docker` is asked for and cannot be had: quietly weaker isolation would be a lie.
 */
export async function selectRuntime(
  settings: AgentManagerSettings,
  directories: Directories,
  log: Logger,
): Promise<Runtime> {
  if (settings.runtime === 'process') return processRuntime(settings, directories, log);
  const docker = await dockerRuntime(settings);
  const facts = await docker.info();
  if (facts.available) return docker;
  if (settings.runtime === 'docker') throw new OperatorError(`CODEX_RUNTIME is docker, but ${facts.detail}`);
  log.info({ detail: facts.detail }, 'agents run as processes: there is no container engine to use');
  return processRuntime(settings, directories, log);
}

async function dockerRuntime(settings: AgentManagerSettings): Promise<Runtime> {
  const { image, memoryBytes, cpus, pids, seccompPath } = settings.agent;
  const seccomp = await readProfile(seccompPath ?? SECCOMP);
  const scope = createHash('sha256').update(settings.dataDir).digest('hex').slice(0, 16);
  const [uid, gid] = [process.getuid?.() ?? AGENT, process.getgid?.() ?? AGENT];
  const asRoot = uid === 0;
  // Agents own the checkouts, which a manager that is not root can only make as itself; the supervisor owns nothing.
  const [agent, supervisor] = asRoot
    ? [`${AGENT}:${AGENT}`, `${AGENT + 1}:${AGENT + 1}`]
    : [`${uid}:${gid}`, `${uid + 1}:${gid + 1}`];
  // 8 MB, of which agents as processes need nothing.
  const { default: Docker } = await import('dockerode');
  return createDockerRuntime(new Docker(), {
    image,
    user: agent,
    supervisor,
    owner: asRoot ? { uid: AGENT, gid: AGENT } : null,
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

async function processRuntime(settings: AgentManagerSettings, directories: Directories, log: Logger): Promise<Runtime> {
  await mkdir(directories.instances, { recursive: true, mode: 0o711 });
  return createProcessRuntime({
    directory: directories.processes,
    command: [process.execPath, ...SMALL_HEAP, SUPERVISOR],
    owner: await ownerOfProcesses(settings.agent.uid, directories, log),
    memoryBytes: settings.agent.memoryBytes,
  });
}

/**
 * A server that runs as root gives its agents another user, when that user can reach what it needs: the program and the
 * checkouts. Otherwise agents run as the server's own user, and the log says so.
 */
async function ownerOfProcesses(
  wanted: number | null,
  directories: Directories,
  log: Logger,
): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = { uid: wanted ?? NOBODY, gid: wanted ?? NOBODY };
  const script = 'test -r "$1" && test -x "$2" && test -x "$3" && "$2" --version >/dev/null';
  try {
    await run('/bin/sh', ['-c', script, 'sh', SUPERVISOR, process.execPath, directories.instances], {
      ...owner,
      cwd: '/',
      env: {},
    });
    return owner;
  } catch (error) {
    log.warn(
      { err: error, uid: owner.uid },
      'agents run as root: another user cannot reach the program or the data directory',
    );
    return null;
  }
}
