import { spawn } from 'node:child_process';
import { chmod, chown, type FileHandle, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { MODES } from '../../checkouts/private-directories.ts';
import type { CheckOutcome } from '../check.ts';
import type { HostCheck } from '../host-places.ts';
import { createTail } from '../tail.ts';
import { killFamily, MARKER } from './family.ts';
import { forSandbox, identityOf, type LaunchSettings } from './launch.ts';
import { isRoot } from './sandbox/agent-user.ts';

export interface CheckProcessSettings extends Pick<LaunchSettings, 'user' | 'sandbox' | 'shown' | 'fileSizeBytes'> {
  /** Where the check gets its home and temporary directory. */
  readonly directory: string;
}

/**
 * The input is a pipe that nobody writes to: it ends with the manager, whatever ended that, and then the group ends too.
 */
const LAUNCHER = `
ulimit -c 0
ulimit -f "$1" 2>/dev/null
umask 022
shift
exec 3<&0 </dev/null
( cat <&3 >/dev/null 2>&1; kill -9 0 ) >/dev/null 2>&1 5<&- 6<&- &
exec 3<&-
exec "$@"
`;

/** A check as a process with a home, a temporary directory and an environment made for it, in a sandbox of its own. */
export async function checkInProcess(
  settings: CheckProcessSettings,
  spec: HostCheck,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const marker = `check-${newId()}`;
  const directory = join(settings.directory, marker);
  const [home, temporary] = [join(directory, 'home'), join(directory, 'tmp')];
  try {
    const mode = settings.sandbox === null && isRoot() ? MODES.passage : MODES.own;
    await mkdir(settings.directory, { recursive: true, mode });
    await mkdir(directory);
    await chmod(directory, mode);
    for (const path of [home, temporary]) {
      await mkdir(path, { mode: 0o700 });
      if (isRoot()) await chown(path, settings.user.uid, settings.user.gid);
    }
    signal.throwIfAborted();
    const files = settings.sandbox === null ? [] : await Promise.all(forSandbox(directory, settings.sandbox));
    try {
      return await run({ ...settings, marker, home, temporary, files }, spec, signal);
    } finally {
      await Promise.all(files.map((file) => file.close()));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Place extends CheckProcessSettings {
  readonly marker: string;
  readonly home: string;
  readonly temporary: string;
  /** What the sandbox reads and writes, as `DESCRIPTORS` names them. */
  readonly files: readonly FileHandle[];
}

async function run(place: Place, spec: HostCheck, signal: AbortSignal): Promise<CheckOutcome> {
  const started = performance.now();
  const where = place.sandbox === null ? ('process' as const) : ('sandbox' as const);
  const blocks = String(Math.floor(place.fileSizeBytes / 512));
  const child = spawn('/bin/sh', ['-c', LAUNCHER, 'check', blocks, ...commandOf(place, spec)], {
    cwd: place.sandbox === null ? spec.checkout : '/',
    env: { ...spec.values, ...environmentOf(place) },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'ignore', ...place.files.map((file) => file.fd)],
    ...identityOf(place),
  });
  if (child.stdin === null || child.stdout === null || child.stderr === null) throw new Error('a check has no pipes');
  const tail = createTail(spec.maxOutputBytes);
  child.stdout.on('data', tail.add);
  child.stderr.on('data', tail.add);
  child.stdin.on('error', () => undefined); // it ended before we closed it
  const group = child.pid ?? null;
  let timedOut = false;
  const end = () => killFamily(place.marker, group).catch(() => undefined); // tried again below, where it counts
  const timer = setTimeout(() => {
    timedOut = true;
    void end();
  }, spec.timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      // "exit", then the group ends, then "close": what it left in the background would delay "close" for ever.
      child.once('exit', () => void end());
      child.once('close', resolve);
    });
    await killFamily(place.marker, null);
    signal.throwIfAborted();
    const durationMs = Math.round(performance.now() - started);
    return { exitCode: timedOut ? null : exitCode, timedOut, durationMs, output: tail.text(), where };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function commandOf({ sandbox, shown, home, temporary }: Place, { checkout, command }: HostCheck): string[] {
  const plain = ['sh', '-c', command];
  if (sandbox === null) return plain;
  return sandbox.wrap({ writable: [checkout, home], readable: shown, temporary, workingDirectory: checkout }, plain);
}

function environmentOf({ marker, home, temporary, sandbox }: Place): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin`,
    HOME: home,
    TMPDIR: sandbox === null ? temporary : '/tmp',
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    USER: 'agent',
    LOGNAME: 'agent',
    TERM: 'dumb',
    [MARKER]: marker,
  };
}
