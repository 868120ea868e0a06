import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AgentUser } from './agent-user.ts';
import { DESCRIPTORS, type Sandbox, type SandboxView } from './sandbox.ts';
import { syscallRules } from './syscall-rules.ts';

export interface BubblewrapSettings {
  readonly program: string;
  readonly version: string;
  readonly user: AgentUser;
  /** The server is root: it makes the sandbox with its rights, and `user` starts inside. */
  readonly asRoot: boolean;
  /** Directories and files shown besides the system's: node, the supervisor and its packages, tools of the operator. */
  readonly programs: readonly string[];
  /** Never shown, not even where it lies below something that is: the data directory. */
  readonly hidden: string;
}

/** Programs and libraries. Where a distribution made them links into /usr, the links are made again. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/nix/store'];
/** What programs look up there. The rest of /etc is the machine's own affair: keys, mail, other services. */
const ETC = [
  ...['passwd', 'group', 'nsswitch.conf', 'hosts', 'localtime', 'timezone', 'os-release', 'services', 'protocols'],
  ...['ld.so.cache', 'ld.so.conf', 'ld.so.conf.d', 'alternatives', 'ssl/certs', 'ssl/openssl.cnf', 'pki/tls/certs'],
  ...['mime.types', 'magic', 'fonts', 'terminfo', 'python3', 'perl', 'maven'],
];
/** Java's own settings are links from /usr to there, with the version in the name. */
const JAVA = /^java(-[0-9a-z.-]+)?$/;
const SHARED_MEMORY_BYTES = 64 * 1024 ** 2;
const NAMESPACES = ['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'];
const ENTERED = ['--mount', '--pid', '--net', '--ipc', '--uts'];
/** For the change of user alone; the agent's own program is left with none. */
const RIGHTS = ['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((name) => ['--cap-add', name]);

/**
 * Linux: namespaces of its own for files, processes, network, memory sharing and names, made by bubblewrap. Only what
 * is named here is there, everything but checkout, home and `/tmp` read-only and nothing setuid; the network is a
 * loopback of its own. When its first process ends, the kernel ends all others.
 *
 * For a root server bubblewrap opens the directories as root, so no directory on the way needs to let the agent's user
 * pass; inside, `setpriv` gives the rights away before anything of the agent's runs.
 */
export function createBubblewrap(settings: BubblewrapSettings): Sandbox {
  const { program, version, user, asRoot, programs, hidden } = settings;
  const rules = syscallRules();

  const whole = [...SYSTEM, ...programs];
  const masked = whole.some((path) => isIn(path, hidden));

  function wrap(view: SandboxView, command: readonly string[]): string[] {
    const outside = [...etcEntries(), ...programs];
    const missing = (paths: readonly string[]) =>
      parentsOf(paths).filter((path) => !whole.some((one) => isIn(one, path)));
    const below = parentsOf([...view.readable, ...view.writable]).filter((path) => isIn(hidden, path));
    return [
      ...[program, ...(asRoot ? RIGHTS : ['--unshare-user']), ...NAMESPACES],
      ...['--hostname', 'agent', '--die-with-parent', '--info-fd', String(DESCRIPTORS.facts)],
      ...(rules === null ? [] : ['--seccomp', String(DESCRIPTORS.rules)]),
      ...SYSTEM.flatMap(asInSystem),
      ...['--proc', '/proc', '--dev', '/dev', '--bind', view.temporary, '/tmp'],
      ...missing([...outside, ...view.readable, ...view.writable]).flatMap(directory),
      ...outside.flatMap((path) => ['--ro-bind-try', path, path]),
      ...(masked ? ['--tmpfs', hidden, ...below.flatMap(directory)] : []),
      ...view.readable.flatMap((path) => ['--ro-bind', path, path]),
      ...view.writable.flatMap((path) => ['--bind', path, path]),
      // What bubblewrap made to hang all this in is memory; nobody may fill it.
      ...[...(masked ? [hidden] : []), '/', '/dev'].flatMap((path) => ['--remount-ro', path]),
      ...['--perms', '1777', '--size', String(SHARED_MEMORY_BYTES), '--tmpfs', '/dev/shm'],
      ...['--chdir', view.workingDirectory, '--'],
      ...(asRoot ? becoming(user) : []),
      ...command,
    ];
  }

  function enter(_view: SandboxView, leader: number, command: readonly string[]): string[] {
    const identity = asRoot
      ? ['--setgid', String(user.gid), '--setuid', String(user.uid)]
      : ['--user', '--preserve-credentials'];
    return ['nsenter', '--target', String(leader), ...identity, ...ENTERED, '--', ...command];
  }

  return { label: `bubblewrap ${version}`, wrap, enter, rules };
}

/**
 * `env` in between: what `setpriv` starts is still looked at with its rights, and a program they may read is one whose
 * memory its user may read, too. What `env` starts is looked at with none.
 */
function becoming({ uid, gid }: AgentUser): string[] {
  const rights = ['--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, ...rights, '--', 'env'];
}

function etcEntries(): string[] {
  const java = readdirSync('/etc').filter((name) => JAVA.test(name));
  return [...ETC, ...java].map((name) => `/etc/${name}`);
}

function asInSystem(path: string): string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

function directory(path: string): string[] {
  return ['--perms', '0755', '--dir', path];
}

function isIn(parent: string, path: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}

/** Outermost first. They are made one by one: bubblewrap makes missing parents for their owner alone. */
function parentsOf(paths: readonly string[]): string[] {
  const parents = new Set<string>();
  for (const path of paths) {
    for (let up = dirname(path); up !== '/'; up = dirname(up)) parents.add(up);
  }
  return [...parents].filter((path) => path !== '/tmp').sort();
}
