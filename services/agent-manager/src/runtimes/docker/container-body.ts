import type { ContainerCreateOptions } from 'dockerode';
import { validId } from '../../git/names.ts';
import { type RuntimeSpec, type WorkerPaths, workerName } from '../runtime.ts';

export interface ContainerSettings {
  /** Id (`sha256:…`) of an image that is on the engine: nothing is pulled when an agent starts. */
  readonly imageId: string;
  /** `uid:gid`, never root. */
  readonly user: string;
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
} as const;

/** Labels of the image, which compose built: with them it would take agents for services of its own and list or end them. */
const NOT_OF_COMPOSE = { 'com.docker.compose.project': '', 'com.docker.compose.service': '' } as const;

export const WORKER_PATHS: WorkerPaths = {
  checkout: '/workspace',
  home: '/home/agent',
  egressSocket: '/run/codex/egress.sock',
};

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
  spec: RuntimeSpec,
  settings: ContainerSettings,
): ContainerCreateOptions & { name: string } {
  const instanceId = validId(spec.instanceId);
  const epoch = validEpoch(spec.epoch);
  const { checkout, home, sockets } = spec.directories;
  const [uid = '1000', gid = '1000'] = settings.user.split(':');
  return {
    name: workerName({ instanceId, epoch }),
    Image: settings.imageId,
    User: settings.user,
    WorkingDir: WORKER_PATHS.checkout,
    Env: [`HOME=${WORKER_PATHS.home}`, 'USER=agent', 'LOGNAME=agent', 'LANG=C.UTF-8', 'SHELL=/bin/bash'],
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
      Tmpfs: {
        '/tmp': 'rw,nosuid,nodev,exec,size=512m,mode=1777',
        [WORKER_PATHS.home]: `rw,nosuid,nodev,exec,size=512m,mode=0700,uid=${uid},gid=${gid}`,
      },
      Mounts: [
        { Type: 'bind', Source: checkout, Target: WORKER_PATHS.checkout, ReadOnly: false },
        { Type: 'bind', Source: sockets, Target: '/run/codex', ReadOnly: true },
        { Type: 'bind', Source: home, Target: `${WORKER_PATHS.home}/.claude`, ReadOnly: false },
      ],
      NetworkMode: 'none',
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      Devices: [],
      DeviceRequests: [],
      VolumesFrom: [],
      Sysctls: {},
    },
  };
}

function validEpoch(epoch: number): number {
  if (!Number.isSafeInteger(epoch) || epoch < 1) throw new Error('an epoch is a whole number from 1 on');
  return epoch;
}
