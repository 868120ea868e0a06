import { chmod, chown, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Id } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { CheckoutRecord } from '../checkouts/checkout-record.ts';
import type { Directories } from '../checkouts/directories.ts';
import { exists } from '../checkouts/exists.ts';
import { giveTo } from '../checkouts/give-to.ts';
import { type DirectoryMode, MODES } from '../checkouts/private-directories.ts';
import type { CheckSpec } from './check.ts';
import { createHostChecks } from './host-checks.ts';
import { type InstanceDirectories, instanceDirectories } from './instance-directories.ts';
import type { DoorPlace, InstancePlaces, Places, WorkerId, WorkerPaths } from './places.ts';
import { workerName } from './runtime.ts';
import { usedBytes } from './used-bytes.ts';

export interface HostPlacesSettings {
  readonly directories: Directories;
  /** Owner the files must have for the worker; null when the manager's own user will do. */
  readonly owner: DoorPlace['owner'];
  /** Of directories on the way to a checkout: closed, unless the worker's user has to pass through them by name. */
  readonly mode: DirectoryMode;
  /** Folder of the worker's home that is the home directory here; null when that is the whole home. */
  readonly homeFolder: string | null;
  /** How a worker sees what is on this host by these paths. */
  seenBy(onHost: WorkerPaths): WorkerPaths;
}

/** On this host. */
export interface WorkerDirectories {
  readonly checkout: string;
  readonly home: string;
  readonly sockets: string;
}

/** A worker whose directories are on this host. */
export interface HostWorker extends WorkerId {
  readonly directories: WorkerDirectories;
}

/** A check whose checkout is on this host. */
export interface HostCheck extends CheckSpec {
  readonly checkout: string;
}

/** What a runtime on this host knows of its places, and nobody else. */
export interface HostPlaces extends Places {
  worker(id: WorkerId): HostWorker;
  /** The directory of a checkout made for a check. */
  checkout(checkoutId: string): string;
}

/** Places that are directories of this host, for runtimes that mount or show them. */
export function createHostPlaces(settings: HostPlacesSettings): HostPlaces {
  const { directories, owner, seenBy } = settings;
  const checks = createHostChecks(directories.checks, owner);

  function worker({ instanceId, epoch }: WorkerId): HostWorker {
    const { checkout, home, sockets } = instanceDirectories(directories, instanceId);
    return { instanceId, epoch, directories: { checkout, home, sockets: sockets(epoch) } };
  }

  function onHost(id: WorkerId): WorkerPaths {
    const { checkout, home, sockets } = worker(id).directories;
    return { checkout, home, egressSocket: join(sockets, 'egress.sock') };
  }

  return {
    worker,
    checkout: checks.pathOf,
    paths: (id) => seenBy(onHost(id)),
    door: (id) => ({ socketPath: onHost(id).egressSocket, owner }),
    removeDoor: (id) => rm(worker(id).directories.sockets, { recursive: true, force: true }),
    usedBytes(id) {
      const { checkout, home } = worker(id).directories;
      // A container keeps its temporary files in memory, and has nothing there.
      return usedBytes([checkout, home, join(directories.processes, workerName(id))]);
    },
    async freeBytes() {
      const { bavail, bsize } = await statfs(directories.root);
      return bavail * bsize;
    },
    async instanceIds() {
      const names = await readdir(directories.instances).catch(() => []);
      return names.filter((name) => Id.safeParse(name).success);
    },
    instance: (instanceId) => placesOf(instanceDirectories(directories, instanceId), settings),
    checkoutForCheck: checks.make,
  };
}

function placesOf(own: InstanceDirectories, { owner, mode, homeFolder }: HostPlacesSettings): InstancePlaces {
  async function note(record: CheckoutRecord): Promise<void> {
    const making = `${own.record}.${newId()}`;
    await writeFile(making, JSON.stringify(record));
    await rename(making, own.record);
  }

  return {
    async checkoutRecord() {
      if (!(await exists(own.record))) return null;
      return CheckoutRecord.parse(JSON.parse(await readFile(own.record, 'utf8')));
    },
    async prepare() {
      // In two steps, and by chmod: a mode given to a recursive mkdir holds for every directory it makes, less the umask.
      await mkdir(own.root, { recursive: true });
      await chmod(own.root, mode);
      await mkdir(own.home, { recursive: true, mode: MODES.own });
      if (owner !== null) await chown(own.home, owner.uid, owner.gid);
      return exists(own.checkout);
    },
    async putCheckout(record, fill) {
      await note(record);
      const making = `${own.checkout}.${newId()}`;
      try {
        await mkdir(making, { mode: MODES.own });
        await fill(making);
        if (owner !== null) await giveTo(making, owner);
        await rename(making, own.checkout);
      } finally {
        await rm(making, { recursive: true, force: true });
      }
    },
    async isHomeEmpty() {
      try {
        return (await readdir(own.home)).length === 0;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
        throw error;
      }
    },
    async seedHome(path, content) {
      if (homeFolder !== null && path[0] !== homeFolder) throw new Error(`of a home only ${homeFolder} is kept here`);
      const [top = '', ...below] = homeFolder === null ? path : path.slice(1);
      const making = join(own.root, `seed.${newId()}`);
      try {
        const file = join(making, ...below);
        await mkdir(dirname(file), { recursive: true, mode: MODES.own });
        await writeFile(file, content, { mode: 0o600 });
        if (owner !== null) await giveTo(making, owner);
        await rename(making, join(own.home, top));
      } finally {
        await rm(making, { recursive: true, force: true });
      }
    },
    removeHome: () => rm(own.home, { recursive: true, force: true, maxRetries: 3 }),
    removeAll: () => rm(own.root, { recursive: true, force: true }),
  };
}
