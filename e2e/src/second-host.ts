import { execFile, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type Engine, waitFor } from '@claude-codex/testing';
import { makeNamespace, type Namespace } from './namespace.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..', '..');

/** For `describeWith`: only root makes network namespaces and starts engines. */
export const anotherHost: Engine = {
  name: 'a second Docker engine',
  missing: process.getuid?.() === 0 ? null : 'only root can start one',
};

/** What a machine has to have left before a disk of 4 GB is made in its memory. */
const SPARE_BYTES = 6 * 1024 ** 3;

/** A Docker host of its own: an engine with its own directories in a network namespace, and a cable to this machine. */
export interface SecondHost {
  /** This machine's address at the cable. */
  readonly here: string;
  /** What is kept there of files: nothing of this machine's. */
  readonly directory: string;
  /** The same images as on this machine's engine. */
  load(images: readonly string[]): Promise<void>;
  /** `docker …` on its engine. */
  docker(args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** kill -9 to the engine and to everything it runs, as when the power fails. */
  kill(): Promise<void>;
  /** Ends it and leaves nothing behind. */
  remove(): Promise<void>;
}

/** `tag` is unique on this machine and short: interfaces have at most 15 characters, sockets' paths 107. */
export async function makeSecondHost(tag: string): Promise<SecondHost> {
  const directory = join('/tmp', tag);
  const socket = join(directory, 'docker.sock');
  let namespace: Namespace | null = null;

  async function docker(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const { COMPOSE_PROJECT_NAME: _ofTheFirst, COMPOSE_FILE: _too, ...rest } = process.env;
    const { stdout } = await run('docker', ['--host', `unix://${socket}`, ...args], {
      cwd: ROOT,
      env: { ...rest, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  /** Not by `ip netns exec`, which mounts /sys anew and takes the engine its cgroups. */
  async function startEngine(inside: readonly string[]): Promise<void> {
    const log = openSync(join(directory, 'dockerd.log'), 'a');
    const at = (name: string) => join(directory, name);
    const options = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')];
    const apart = ['--containerd-namespace', tag, '--containerd-plugins-namespace', `${tag}-plugins`];
    const command = ['dockerd', ...options, ...apart, '--host', `unix://${socket}`, '--cgroup-parent', `/${tag}`];
    const detached: SpawnOptions = { detached: true, stdio: ['ignore', log, log] };
    const [program = '', ...args] = [...inside, ...command];
    spawn(program, args, detached).unref();
    closeSync(log);
    const answers = async () => (await docker(['info']).catch(() => null)) !== null;
    await waitFor('the second engine', answers, { timeoutMs: 60_000 }).catch((error: unknown) => {
      throw new Error(readFileSync(join(directory, 'dockerd.log'), 'utf8').slice(-2_000), { cause: error });
    });
  }

  async function load(images: readonly string[]): Promise<void> {
    const save = spawn('docker', ['save', ...images], { stdio: ['ignore', 'pipe', 'inherit'] });
    const into = spawn('docker', ['--host', `unix://${socket}`, 'load', '--quiet'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const ended = new Promise<number | null>((done) => into.once('close', done));
    await pipeline(save.stdout, into.stdin);
    if ((await ended) !== 0) throw new Error('the images could not be loaded into the second engine');
  }

  /** Everything the engine started, however it was reparented, names the tag: in its arguments or as its cgroup. */
  function processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/cgroup`].some((file) => textOf(file).includes(tag)))
      .map(Number);
  }

  async function kill(): Promise<void> {
    await waitFor('the second host to be dead', async () => {
      const left = processes();
      for (const pid of left) signal(pid);
      return left.length === 0;
    });
  }

  async function remove(): Promise<void> {
    await kill();
    for (const path of mountsIn(directory)) await run('umount', ['--lazy', path]).catch(() => undefined);
    await namespace?.remove();
    removeGroups('/sys/fs/cgroup', tag);
    rmSync(directory, { recursive: true, force: true });
  }

  try {
    mkdirSync(directory, { mode: 0o711 });
    // Two images of many small files are written and removed: in memory that takes seconds, on a busy disk minutes.
    if (freemem() > SPARE_BYTES) await run('mount', ['-t', 'tmpfs', '-o', 'size=4g,mode=0711', tag, directory]);
    namespace = await makeNamespace(tag);
    await startEngine(namespace.inside);
    return { here: namespace.here, directory, load, docker, kill, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Adds a published port to the server's gateway; the rest of it stays as it is. */
export function writePorts(file: string, address: string): void {
  writeFileSync(file, `services:\n  gateway:\n    ports: ['${address}:8080:8080']\n`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended meanwhile.
  }
}

/** The innermost first. */
function mountsIn(directory: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .sort((a, b) => b.length - a.length);
}

/** The kernel keeps a group's directory until somebody removes it; groups of controllers lie side by side in version 1. */
function removeGroups(root: string, tag: string): void {
  for (const parent of [root, ...readdirSync(root).map((name) => join(root, name))]) {
    removeTree(join(parent, tag));
  }
}

function removeTree(directory: string): void {
  try {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(directory, entry.name));
    }
    rmdirSync(directory);
  } catch {
    // There is none, or a process is just leaving it: an empty group harms nobody.
  }
}
