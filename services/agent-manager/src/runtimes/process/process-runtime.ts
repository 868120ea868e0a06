import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Directories } from '../../checkouts/directories.ts';
import { MODES } from '../../checkouts/private-directories.ts';
import { createHostPlaces } from '../host-places.ts';
import type { WorkerId } from '../places.ts';
import {
  type Runtime,
  type RuntimeExit,
  type RuntimeFacts,
  RuntimeGone,
  type RuntimeHandle,
  RuntimeNameTaken,
  workerName,
} from '../runtime.ts';
import { createCensus } from './census.ts';
import { checkInProcess } from './check-process.ts';
import { connectTo } from './connection.ts';
import { execute } from './execute.ts';
import { killFamily, signalFamily, signalGroup } from './family.ts';
import { isAlive, type ProcessIdentity, parseIdentity } from './identity.ts';
import { FILES, launch, markerOf, ORPHAN_MS, viewOf } from './launch.ts';
import { type AgentUser, isRoot } from './sandbox/agent-user.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

export interface ProcessRuntimeSettings {
  /** State, journal and stdin of each worker lie there too. */
  readonly directories: Directories;
  /** Program and arguments of the supervisor. */
  readonly command: readonly string[];
  readonly user: AgentUser;
  /** null only where none can be had: starting an agent then needs a person's consent. */
  readonly sandbox: Sandbox | null;
  /** What a sandbox shows besides the worker's directories. */
  readonly shown: readonly string[];
  /** What an agent can read without a sandbox, and why there is none; not used with one. */
  readonly exposure: string;
  readonly reason: string;
  /** A worker and its processes above this are ended as out of memory. */
  readonly memoryBytes: number;
}

const FILE_SIZE_BYTES = 4 * 1024 ** 3;
const NAME = /^agent-([0-9a-z]{26})-([1-9][0-9]*)$/;
const LABEL = 'Processes on this machine';
/** As bubblewrap writes it. */
const SandboxFacts = z.object({ 'child-pid': z.number().int().positive() });
/** As it was when it was launched. */
const LaunchedWorker = z.object({
  instanceId: z.string(),
  epoch: z.number(),
  directories: z.object({ checkout: z.string(), home: z.string(), sockets: z.string() }),
});

/** Workers as processes of this machine, each in a sandbox where one can be had, for machines without an engine. */
export function createProcessRuntime(settings: ProcessRuntimeSettings): Runtime {
  const census = createCensus();
  const { sandbox, user } = settings;
  const { processes } = settings.directories;
  const mode = sandbox === null && isRoot() ? MODES.passage : MODES.own;
  const places = createHostPlaces({
    directories: settings.directories,
    owner: isRoot() ? user : null,
    mode,
    homeFolder: null,
    seenBy: (onHost) => onHost,
  });
  const directoryOf = (name: string) => join(processes, name);

  async function start(worker: WorkerId): Promise<RuntimeHandle> {
    const { instanceId, epoch } = worker;
    const name = workerName(worker);
    const directory = directoryOf(name);
    await mkdir(processes, { recursive: true, mode });
    try {
      // Making the directory is the claim: of two starts of one epoch, one fails here.
      await mkdir(directory);
    } catch (cause) {
      throw cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
        ? new RuntimeNameTaken(name, { cause })
        : cause;
    }
    try {
      await chmod(directory, mode);
      await launch(directory, places.worker(worker), { ...settings, fileSizeBytes: FILE_SIZE_BYTES });
    } catch (error) {
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
    return { name, instanceId, epoch, status: 'running', exit: null };
  }

  async function list(): Promise<RuntimeHandle[]> {
    const names = await readdir(processes).catch(() => []);
    const handles = await Promise.all(names.map(handleOf));
    return handles.filter((handle) => handle !== null);
  }

  async function handleOf(name: string): Promise<RuntimeHandle | null> {
    const [, instanceId, epoch] = NAME.exec(name) ?? [];
    if (instanceId === undefined || epoch === undefined) return null;
    const identity = await identityOf(name);
    const alive = identity !== null && (await isAlive(identity));
    const paused = alive && (await isStopped(identity.pid));
    const status = alive ? (paused ? 'paused' : 'running') : 'exited';
    return { name, instanceId, epoch: Number(epoch), status, exit: alive ? null : await exitOf(name) };
  }

  async function identityOf(name: string): Promise<ProcessIdentity | null> {
    return parseIdentity(await textOf(join(directoryOf(name), FILES.identity)));
  }

  async function exitOf(name: string): Promise<RuntimeExit> {
    const [code, oom] = await Promise.all([
      textOf(join(directoryOf(name), FILES.exit)),
      textOf(join(directoryOf(name), FILES.oom)),
    ]);
    if (oom !== '') return { reason: oom, oom: true, exitCode: null };
    if (code.trim() === '')
      return { reason: 'its processes were ended, or the machine was restarted', oom: false, exitCode: null };
    const exitCode = Number(code);
    if (exitCode > 128) return { reason: `ended by signal ${exitCode - 128}`, oom: false, exitCode: null };
    return { reason: `ended with exit code ${exitCode}`, oom: false, exitCode };
  }

  /** Waits for the launcher to end, watching the memory of the worker meanwhile. */
  async function watchOver(handle: RuntimeHandle, signal: AbortSignal): Promise<RuntimeExit | null> {
    const identity = await identityOf(handle.name);
    for (let round = 0; identity !== null && !signal.aborted && (await isAlive(identity)); round += 1) {
      if (round % 10 === 0) await limitMemory(handle, identity);
      await sleep(100);
    }
    if (signal.aborted) return null;
    // Whatever the worker left behind ends with it, also when it could not do so itself.
    await killFamily(markerOf(handle), null);
    return exitOf(handle.name);
  }

  async function limitMemory(handle: RuntimeHandle, { pid }: ProcessIdentity): Promise<void> {
    const members = await census.familyOf(markerOf(handle), pid);
    const used = members.reduce((sum, member) => sum + member.memoryBytes, 0);
    if (used <= settings.memoryBytes) return;
    const mebibytes = Math.round(settings.memoryBytes / 1024 ** 2);
    await writeFile(join(directoryOf(handle.name), FILES.oom), `out of memory (limit ${mebibytes} MiB)`);
    await killFamily(markerOf(handle), pid);
  }

  /** Runs `act` only while the recorded process is really that process. */
  async function whileAlive(handle: RuntimeHandle, act: (identity: ProcessIdentity) => Promise<void> | void) {
    const identity = await identityOf(handle.name);
    if (identity !== null && (await isAlive(identity))) await act(identity);
  }

  async function kill(handle: RuntimeHandle): Promise<void> {
    const identity = await identityOf(handle.name);
    // Without a living leader the group number may be somebody else's; the marker still finds what is left.
    await killFamily(markerOf(handle), identity !== null && (await isAlive(identity)) ? identity.pid : null);
  }

  async function stop(handle: RuntimeHandle, graceMs: number): Promise<void> {
    await whileAlive(handle, async (identity) => {
      await signalFamily(markerOf(handle), identity.pid, 'SIGCONT');
      signalGroup(identity.pid, 'SIGTERM');
      const until = Date.now() + graceMs;
      while (Date.now() < until && (await isAlive(identity))) await sleep(20);
    });
    await kill(handle);
  }

  /** Its command line inside the worker's sandbox. */
  async function inside(name: string, running: Sandbox, command: readonly string[]): Promise<string[]> {
    const facts = SandboxFacts.safeParse(JSON.parse((await textOf(join(directoryOf(name), FILES.facts))) || '{}'));
    if (!facts.success) throw new RuntimeGone(name, { cause: facts.error });
    const worker = LaunchedWorker.parse(JSON.parse(await textOf(join(directoryOf(name), FILES.worker))));
    return running.enter(viewOf(directoryOf(name), worker, settings.shown), facts.data['child-pid'], command);
  }

  return {
    name: 'process',
    places,
    outlivesManager: false,
    orphanTimeoutMs: ORPHAN_MS,
    checksIn: sandbox === null ? 'process' : 'sandbox',
    info: async (): Promise<RuntimeFacts> => ({
      name: 'process',
      available: true,
      detail: `${sandbox === null ? `no sandbox (${settings.reason})` : sandbox.label}, user ${user.uid}, own process groups and limits`,
      label: sandbox === null ? LABEL : `Sandboxed processes (${sandbox.label})`,
      isolated: sandbox !== null,
      exposure: sandbox === null ? settings.exposure : null,
    }),
    start,
    list,
    attach: (handle) => connectTo(handle.name, directoryOf(handle.name), (signal) => watchOver(handle, signal)),
    stop,
    kill,
    pause: (handle) => whileAlive(handle, ({ pid }) => signalFamily(markerOf(handle), pid, 'SIGSTOP')),
    resume: (handle) => whileAlive(handle, ({ pid }) => signalFamily(markerOf(handle), pid, 'SIGCONT')),
    async stats(handle) {
      const identity = await identityOf(handle.name);
      if (identity === null || !(await isAlive(identity))) return null;
      const members = await census.familyOf(markerOf(handle), identity.pid);
      return {
        memoryBytes: members.reduce((sum, member) => sum + member.memoryBytes, 0),
        cpuMs: members.reduce((sum, member) => sum + member.cpuMs, 0),
        processes: members.length,
      };
    },
    async remove(handle) {
      await kill(handle);
      await rm(directoryOf(handle.name), { recursive: true, force: true });
    },
    check(spec, signal) {
      const checkout = places.checkout(spec.checkoutId);
      const place = { ...settings, directory: processes, fileSizeBytes: FILE_SIZE_BYTES };
      return checkInProcess(place, { ...spec, checkout }, signal);
    },
    async exec(handle, command) {
      const identity = await identityOf(handle.name);
      if (identity === null || !(await isAlive(identity))) throw new RuntimeGone(handle.name);
      if (sandbox === null) return execute(command, isRoot() ? user : null);
      return execute(await inside(handle.name, sandbox, command), null);
    },
  };
}

async function isStopped(pid: number): Promise<boolean> {
  const text = await textOf(`/proc/${pid}/stat`);
  return /\) [Tt] /.test(text);
}

/** Empty when there is no such file (yet). */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
    if (missing) return '';
    throw error;
  });
}
