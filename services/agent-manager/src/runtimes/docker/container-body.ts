import { AGENT_SIDE_NAME } from '@claude-codex/contracts';
import { validId } from '@claude-codex/service-kit/git/names';
import type { ContainerCreateOptions } from 'dockerode';
import type { HostWorker } from '../host-places.ts';
import type { WorkerPaths } from '../places.ts';
import { workerName } from '../runtime.ts';

export interface ContainerSettings {
  /** Id (`sha256:…`) of an image that is on the engine: nothing is pulled when an agent starts. */
  readonly imageId: string;
  /** `uid:gid` of the agent, whom checkout and home belong to; never root. */
  readonly user: string;
  /** `uid:gid` of the supervisor, another one: what it writes, holds and hears is out of the agent's reach. */
  readonly supervisor: string;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly pids: number;
  /** The seccomp profile itself, as JSON. */
  readonly seccomp: string;
  /** Tells the containers of one data directory from those of another server on the same engine. */
  readonly scope: string;
}

export const LABELS = {
  scope: 'dev.claude-codex.scope',
  instance: 'dev.claude-codex.instance',
  epoch: 'dev.claude-codex.epoch',
  /** On a check: when it can be nobody's any more, in milliseconds since 1970. */
  checkUntil: 'dev.claude-codex.check-until',
} as const;

/** Labels of the image, which compose built: with them it would take agents for services of its own and list or end them. */
export const NOT_OF_COMPOSE = { 'com.docker.compose.project': '', 'com.docker.compose.service': '' } as const;

export const WORKER_PATHS: WorkerPaths = {
  checkout: '/workspace',
  home: '/home/agent',
  egressSocket: '/run/codex/egress.sock',
};

/** What of the home is a directory of the instance. */
export const HOME_FOLDER = '.claude';

/** The supervisor's own: its home, and where the agent's side connects to it. */
const SUPERVISOR_DIRECTORY = '/run/supervisor';

/** The program of the image that runs everything of the agent, started beside the supervisor as the agent's user. */
export const AGENT_SIDE = {
  command: ['/opt/codex/agent-side', `${SUPERVISOR_DIRECTORY}/agent-side.sock`],
  environment: agentEnvironment(),
  directory: WORKER_PATHS.checkout,
} as const;

const MIB = 1024 ** 2;
/** Below what engines inside virtual machines allow; a hundred times what an agent has open. */
const NOFILE = 16_384;
const GIB = 1024 ** 3;

/**
 * The one way a container of ours comes to be. Everything is a constant, an operator's setting, or made from a checked
 * id: there is no field through which a user, a repository or an agent could reach the engine's settings.
 *
 * Home is memory, so values handed to the agent never touch the disk. Only Claude Code's own folder in it is a
 * directory of the instance, so that a session can be continued by the next container.
 */
export function containerBody(
  worker: HostWorker,
  settings: ContainerSettings,
): ContainerCreateOptions & { name: string } {
  const instanceId = validId(worker.instanceId);
  const epoch = validEpoch(worker.epoch);
  const { checkout, home, sockets } = worker.directories;
  return {
    name: workerName({ instanceId, epoch }),
    Image: settings.imageId,
    User: settings.supervisor,
    // Not its own directory: the engine would make that before the mount, and give the mount its mode.
    WorkingDir: '/',
    Env: [`HOME=${SUPERVISOR_DIRECTORY}`, 'LANG=C.UTF-8', `${AGENT_SIDE_NAME}=${AGENT_SIDE.command[1]}`],
    Labels: {
      [LABELS.scope]: settings.scope,
      [LABELS.instance]: instanceId,
      [LABELS.epoch]: String(epoch),
      ...NOT_OF_COMPOSE,
    },
    // Commands come over stdin for as long as the container lives, from one manager after the other.
    OpenStdin: true,
    StdinOnce: false,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: false,
    NetworkDisabled: true,
    StopSignal: 'SIGTERM',
    HostConfig: {
      ...profile(settings),
      Tmpfs: {
        ...agentMemory(settings.user),
        [SUPERVISOR_DIRECTORY]: memory(settings.supervisor, '16m', '0711'),
      },
      Mounts: [
        { Type: 'bind', Source: checkout, Target: WORKER_PATHS.checkout, ReadOnly: false },
        { Type: 'bind', Source: sockets, Target: '/run/codex', ReadOnly: true },
        { Type: 'bind', Source: home, Target: `${WORKER_PATHS.home}/${HOME_FOLDER}`, ReadOnly: false },
      ],
    },
  };
}

/** How the agent's user sees itself, wherever in a container it runs something. */
export function agentEnvironment(): string[] {
  return [`HOME=${WORKER_PATHS.home}`, 'USER=agent', 'LOGNAME=agent', 'LANG=C.UTF-8', 'SHELL=/bin/bash'];
}

/** Where the agent's user may write beside its checkout; nothing of it outlives the container. */
export function agentMemory(user: string): Record<string, string> {
  return {
    '/tmp': 'rw,nosuid,nodev,exec,size=512m,mode=1777',
    [WORKER_PATHS.home]: memory(user, '512m', '0700'),
  };
}

function memory(user: string, size: string, mode: string): string {
  const [uid = '', gid = ''] = user.split(':');
  return `rw,nosuid,nodev,exec,size=${size},mode=${mode},uid=${uid},gid=${gid}`;
}

/** What confines everything of ours on the engine, agents and checks alike. */
export function profile(settings: ContainerSettings): NonNullable<ContainerCreateOptions['HostConfig']> {
  return {
    CapDrop: ['ALL'],
    CapAdd: [],
    Privileged: false,
    ReadonlyRootfs: true,
    Init: true,
    IpcMode: 'private',
    PidMode: '',
    UTSMode: '',
    SecurityOpt: ['no-new-privileges', `seccomp=${settings.seccomp}`],
    PidsLimit: settings.pids,
    Memory: settings.memoryBytes,
    MemorySwap: settings.memoryBytes,
    NanoCpus: Math.round(settings.cpus * 1e9),
    OomScoreAdj: 500,
    ShmSize: 64 * MIB,
    Ulimits: [
      { Name: 'nofile', Soft: NOFILE, Hard: NOFILE },
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'fsize', Soft: 4 * GIB, Hard: 4 * GIB },
    ],
    NetworkMode: 'none',
    RestartPolicy: { Name: 'no' },
    AutoRemove: false,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    Devices: [],
    DeviceRequests: [],
    VolumesFrom: [],
    Sysctls: {},
  };
}

function validEpoch(epoch: number): number {
  if (!Number.isSafeInteger(epoch) || epoch < 1) throw new Error('an epoch is a whole number from 1 on');
  return epoch;
}
