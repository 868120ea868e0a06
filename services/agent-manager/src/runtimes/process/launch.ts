import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { chown, type FileHandle, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { START_TIMEOUT_NAME } from '@claude-codex/contracts';
import type { HostWorker } from '../host-places.ts';
import type { WorkerId } from '../places.ts';
import { MARKER } from './family.ts';
import { PRINT_IDENTITY, type ProcessIdentity, parseIdentity } from './identity.ts';
import { type AgentUser, isRoot } from './sandbox/agent-user.ts';
import type { Sandbox, SandboxView } from './sandbox/sandbox.ts';

const run = promisify(execFile);

/** Files of one worker, in a directory the worker cannot write to (but for `tmp`): it gets them as open descriptors. */
export const FILES = {
  worker: 'spec.json',
  stdin: 'stdin',
  journal: 'journal.ndjson',
  stderr: 'stderr.log',
  identity: 'identity',
  exit: 'exit',
  oom: 'oom',
  temporary: 'tmp',
  /** Rules for system calls, for the sandbox to read. */
  rules: 'rules',
  /** What the sandbox says about itself. */
  facts: 'sandbox.json',
} as const;

export interface LaunchSettings {
  readonly command: readonly string[];
  readonly user: AgentUser;
  /** null only where none can be had and a person agreed. */
  readonly sandbox: Sandbox | null;
  /** Besides its directories, the sandbox shows these. */
  readonly shown: readonly string[];
  readonly fileSizeBytes: number;
}

/**
 * The launcher stays as the leader of the worker's process group, outside its sandbox: it says who it is (descriptor 3)
 * before anything else runs, and how the worker ended (4), so both are known to a manager that was not there. Limits are
 * set where the shell can; a signal for the group reaches all of it, and the launcher waits for the worker to end. The
 * sandbox's own processes take no notice of a request to end, which is for the supervisor: node begins with every signal
 * as the system has it. Descriptor 0 is a FIFO opened for reading *and* writing: it never ends when a manager goes away.
 */
const LAUNCHER = `
${PRINT_IDENTITY} >&3
exec 3>&-
ulimit -c 0
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -H -n)"
ulimit -f "$1" 2>/dev/null
umask 022
shift
marker="$1"
shift
trap '' TERM HUP INT
env ${MARKER}="$marker" "$@" 4>&-
echo $? >&4
`;

/**
 * An agent process without its manager ends itself, before its start command as well as after it, so that none is left
 * ten seconds after a `kill -9`: there is no engine that would keep it findable.
 */
export const ORPHAN_MS = 8_000;
const IDENTITY_TIMEOUT_MS = 5_000;

/** Starts a worker in `directory` (new, empty). Throws when the launcher does not come up; nothing is left then. */
export async function launch(
  directory: string,
  worker: HostWorker,
  settings: LaunchSettings,
): Promise<ProcessIdentity> {
  await writeFile(join(directory, FILES.worker), JSON.stringify(worker), { mode: 0o600 });
  await run('mkfifo', ['-m', '600', join(directory, FILES.stdin)]);
  // Not inside the agent's home: an agent could have put a link there, and the owner is changed by a server that may be root.
  const temporary = join(directory, FILES.temporary);
  await mkdir(temporary, { mode: 0o700 });
  if (isRoot()) await chown(temporary, settings.user.uid, settings.user.gid);
  const create = constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND;
  const files = await Promise.all([
    open(join(directory, FILES.stdin), constants.O_RDWR),
    ...[FILES.journal, FILES.stderr, FILES.identity, FILES.exit].map((name) =>
      open(join(directory, name), create, 0o600),
    ),
    ...(settings.sandbox === null ? [] : forSandbox(directory, settings.sandbox)),
  ]);
  try {
    const child = spawn('/bin/sh', ['-c', LAUNCHER, 'launcher', ...argumentsOf(directory, worker, settings)], {
      cwd: settings.sandbox === null ? worker.directories.checkout : '/',
      env: environmentOf(worker, settings.sandbox === null ? temporary : '/tmp'),
      detached: true,
      stdio: files.map((file) => file.fd),
      ...identityOf(settings),
    });
    child.unref();
    return await identityWritten(join(directory, FILES.identity), child);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** Descriptors 5 and 6, as `DESCRIPTORS` names them. */
export function forSandbox(directory: string, { rules }: Sandbox): Promise<FileHandle>[] {
  const path = join(directory, FILES.rules);
  const written = writeFile(path, rules ?? '', { mode: 0o600 });
  return [written.then(() => open(path, 'r')), open(join(directory, FILES.facts), 'wx', 0o600)];
}

/** A sandbox changes to the agent's user itself, once it has opened what only the server may open. */
export function identityOf({
  sandbox,
  user,
}: Pick<LaunchSettings, 'sandbox' | 'user'>): { uid: number; gid: number } | Record<string, never> {
  return sandbox === null && isRoot() ? { uid: user.uid, gid: user.gid } : {};
}

/** What a worker's sandbox shows of this host. `directory` is the worker's own, of which only `tmp` is shown. */
export function viewOf(
  directory: string,
  { directories: { checkout, home, sockets } }: HostWorker,
  shown: readonly string[],
): SandboxView {
  return {
    writable: [checkout, home],
    readable: [...shown, sockets],
    temporary: join(directory, FILES.temporary),
    workingDirectory: checkout,
  };
}

function argumentsOf(directory: string, worker: HostWorker, settings: LaunchSettings): string[] {
  const { sandbox, command, shown, fileSizeBytes } = settings;
  const whole = sandbox === null ? command : sandbox.wrap(viewOf(directory, worker, shown), command);
  // `ulimit -f` counts blocks of 512 bytes.
  return [String(Math.floor(fileSizeBytes / 512)), markerOf(worker), ...whole];
}

export function markerOf({ instanceId, epoch }: WorkerId): string {
  return `${instanceId}.${epoch}`;
}

/** Never the manager's own environment: it may hold credentials. */
function environmentOf(worker: HostWorker, temporary: string): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin`,
    HOME: worker.directories.home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    USER: 'agent',
    LOGNAME: 'agent',
    [START_TIMEOUT_NAME]: String(ORPHAN_MS),
  };
}

async function identityWritten(path: string, child: ChildProcess): Promise<ProcessIdentity> {
  let failed: Error | null = null;
  child.once('error', (error) => {
    failed = error;
  });
  const until = Date.now() + IDENTITY_TIMEOUT_MS;
  for (;;) {
    const identity = parseIdentity(await readFile(path, 'utf8'));
    if (identity !== null) return identity;
    if (failed !== null) throw new Error('the launcher could not be started', { cause: failed });
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error('the launcher did not say who it is');
    }
    await sleep(5);
  }
}
