import { mkdir } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';
import type { Directories } from '../../checkouts/directories.ts';
import { MODES } from '../../checkouts/private-directories.ts';
import { createHostPlaces } from '../host-places.ts';
import type { WorkerId } from '../places.ts';
import {
  type Runtime,
  type RuntimeExec,
  type RuntimeFacts,
  RuntimeGone,
  type RuntimeHandle,
  RuntimeNameTaken,
  workerName,
} from '../runtime.ts';
import { checkInContainer } from './check-container.ts';
import { connectTo } from './connection.ts';
import {
  AGENT_SIDE,
  type ContainerSettings,
  containerBody,
  HOME_FOLDER,
  LABELS,
  WORKER_PATHS,
} from './container-body.ts';
import { stdoutOf } from './demultiplex.ts';
import { exitOf, REMOVED, statusOf, unless } from './exit.ts';

export interface DockerRuntimeSettings extends Omit<ContainerSettings, 'imageId'> {
  /** Name or id of the image; resolved to what the engine has when an agent starts. */
  readonly image: string;
  /** The engine mounts them by the same paths. */
  readonly directories: Directories;
  /** Owner for checkout and home, when the manager has to change it (it runs as root). */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** Workers as containers without a network, on the engine that `docker` talks to. */
export function createDockerRuntime(docker: Docker, settings: DockerRuntimeSettings): Runtime {
  const containerOf = (handle: Pick<RuntimeHandle, 'name'>) => docker.getContainer(handle.name);

  const places = createHostPlaces({
    directories: settings.directories,
    owner: settings.owner,
    mode: MODES.own,
    homeFolder: HOME_FOLDER,
    seenBy: () => WORKER_PATHS,
  });

  async function start({ instanceId, epoch }: WorkerId): Promise<RuntimeHandle> {
    const worker = places.worker({ instanceId, epoch });
    const name = workerName(worker);
    const { Id: imageId } = await docker.getImage(settings.image).inspect();
    await mkdir(worker.directories.sockets, { recursive: true, mode: MODES.own });
    try {
      await docker.createContainer(containerBody(worker, { ...settings, imageId }));
    } catch (error) {
      // Created but never started is what a manager killed in between leaves: it is started now.
      if (statusOf(error) !== 409 || (await statusNow(name)) !== 'created') {
        throw statusOf(error) === 409 ? new RuntimeNameTaken(name, { cause: error }) : error;
      }
    }
    await docker.getContainer(name).start();
    await startAgentSide(name);
    return { name, instanceId, epoch, status: 'running', exit: null };
  }

  /**
   * The agent's side begins here and not in the container: a supervisor without a capability cannot give a process
   * another user. One that a manager was killed before starting is missed by the supervisor, which then ends.
   */
  async function startAgentSide(name: string): Promise<void> {
    await unless([404, 409], async () => {
      const exec = await docker.getContainer(name).exec({
        Cmd: [...AGENT_SIDE.command],
        User: settings.user,
        Env: AGENT_SIDE.environment,
        WorkingDir: AGENT_SIDE.directory,
      });
      await exec.start({ Detach: true });
    });
  }

  async function statusNow(name: string): Promise<string> {
    return (await docker.getContainer(name).inspect()).State.Status;
  }

  async function list(): Promise<RuntimeHandle[]> {
    const found = await docker.listContainers({ all: true, filters: { label: [`${LABELS.scope}=${settings.scope}`] } });
    const handles = await Promise.all(found.map(handleOf));
    return handles.filter((handle) => handle !== null);
  }

  async function handleOf({ Names, Labels, State }: Docker.ContainerInfo): Promise<RuntimeHandle | null> {
    const name = Names[0]?.replace(/^\//, '');
    const instanceId = Labels[LABELS.instance];
    const epoch = Number(Labels[LABELS.epoch]);
    if (name === undefined || instanceId === undefined || !Number.isSafeInteger(epoch)) return null;
    if (State === 'running' || State === 'restarting')
      return { name, instanceId, epoch, status: 'running', exit: null };
    if (State === 'paused') return { name, instanceId, epoch, status: 'paused', exit: null };
    const exit = await docker
      .getContainer(name)
      .inspect()
      .then(exitOf, (error: unknown) => {
        if (statusOf(error) === 404) return REMOVED;
        throw error;
      });
    return { name, instanceId, epoch, status: 'exited', exit };
  }

  async function kill(handle: RuntimeHandle): Promise<void> {
    await unless([404, 409], () => containerOf(handle).kill());
  }

  async function info(): Promise<RuntimeFacts> {
    const facts = { name: 'docker' as const, isolated: true, exposure: null };
    try {
      const { Version } = await docker.version();
      await docker.getImage(settings.image).inspect();
      return { ...facts, available: true, detail: `image ${settings.image}`, label: `Containers (Docker ${Version})` };
    } catch (error) {
      const missing = statusOf(error) === 404;
      const detail = missing ? `the engine has no image ${settings.image}` : 'the container engine does not answer';
      return { ...facts, available: false, detail, label: 'Containers (Docker)' };
    }
  }

  return {
    name: 'docker',
    places,
    outlivesManager: true,
    orphanTimeoutMs: null,
    checksIn: 'container',
    info,
    start,
    list,
    attach: (handle) => connectTo(handle.name, containerOf(handle)),
    async stop(handle, graceMs) {
      await unless([404, 409, 500], () => containerOf(handle).unpause());
      await unless([304, 404], () => containerOf(handle).stop({ t: Math.ceil(graceMs / 1000) }));
    },
    kill,
    pause: (handle) => unless([404, 409], () => containerOf(handle).pause()),
    resume: (handle) => unless([404, 409, 500], () => containerOf(handle).unpause()),
    async stats(handle) {
      try {
        const stats = await containerOf(handle).stats({ stream: false, 'one-shot': true });
        const processes = stats.pids_stats?.current ?? 0;
        if (processes === 0) return null;
        const cpuMs = stats.cpu_stats.cpu_usage.total_usage / 1e6;
        return { memoryBytes: stats.memory_stats.usage ?? 0, cpuMs, processes };
      } catch (error) {
        if (statusOf(error) === 404 || statusOf(error) === 409) return null;
        throw error;
      }
    },
    async check(spec, signal) {
      const { Id: imageId } = await docker.getImage(settings.image).inspect();
      const checkout = places.checkout(spec.checkoutId);
      return checkInContainer(docker, { ...settings, imageId }, { ...spec, checkout }, signal);
    },
    remove: (handle) => unless([404], () => containerOf(handle).remove({ force: true, v: true })),
    async exec(handle, command) {
      try {
        const options = {
          Cmd: [...command],
          User: settings.user,
          Env: AGENT_SIDE.environment,
          WorkingDir: AGENT_SIDE.directory,
          AttachStdin: true,
          AttachStdout: true,
          AttachStderr: false,
          Tty: false,
        };
        const exec = await containerOf(handle).exec(options);
        return running(exec, await exec.start({ hijack: true, stdin: true }));
      } catch (error) {
        if (statusOf(error) === 404 || statusOf(error) === 409) throw new RuntimeGone(handle.name, { cause: error });
        throw error;
      }
    },
  };
}

function running(exec: Docker.Exec, stream: Duplex): RuntimeExec {
  const ended = new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.once('end', resolve);
    stream.on('error', () => resolve());
  }).then(async () => ({ exitCode: (await exec.inspect().catch(() => null))?.ExitCode ?? null }));
  return {
    output: stdoutOf(stream as AsyncIterable<Buffer>),
    write: (bytes) => void stream.write(bytes),
    ended,
    // Closing the connection ends stdin, which ends programs such as tmux in control mode.
    close: () => stream.destroy(),
  };
}
