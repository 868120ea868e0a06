import { spawn } from 'node:child_process';
import { chown, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import type { CheckOutcome, CheckSpec } from '../check.ts';
import { createTail } from '../tail.ts';
import { killFamily, MARKER } from './family.ts';

export interface CheckProcessSettings {
  /** Where the check gets its home and temporary directory. */
  readonly directory: string;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly fileSizeBytes: number;
}

/**
 * The input is a pipe that nobody writes to: it ends with the manager, whatever ended that, and then the group ends too.
 */
const LAUNCHER = `
ulimit -c 0
ulimit -f "$1" 2>/dev/null
exec 3<&0 </dev/null
( cat <&3 >/dev/null 2>&1; kill -9 0 ) >/dev/null 2>&1 &
exec 3<&-
exec sh -c "$2"
`;

/** A check as a process with a home, a temporary directory and an environment made for it. */
export async function checkInProcess(
  settings: CheckProcessSettings,
  spec: CheckSpec,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const marker = `check-${newId()}`;
  const directory = join(settings.directory, marker);
  const [home, temporary] = [join(directory, 'home'), join(directory, 'tmp')];
  try {
    await mkdir(settings.directory, { recursive: true, mode: 0o711 });
    await mkdir(directory, { mode: 0o711 });
    for (const path of [home, temporary]) {
      await mkdir(path, { mode: 0o700 });
      if (settings.owner !== null) await chown(path, settings.owner.uid, settings.owner.gid);
    }
    signal.throwIfAborted();
    return await run({ ...settings, marker, home, temporary }, spec, signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

type Place = CheckProcessSettings & { readonly marker: string; readonly home: string; readonly temporary: string };

async function run(place: Place, spec: CheckSpec, signal: AbortSignal): Promise<CheckOutcome> {
  const started = performance.now();
  const blocks = String(Math.floor(place.fileSizeBytes / 512));
  const child = spawn('/bin/sh', ['-c', LAUNCHER, 'check', blocks, spec.command], {
    cwd: spec.checkout,
    env: { ...spec.values, ...environmentOf(place) },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(place.owner ?? {}),
  });
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
    return { exitCode: timedOut ? null : exitCode, timedOut, durationMs, output: tail.text(), where: 'process' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function environmentOf({ marker, home, temporary }: Place): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin`,
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    USER: 'agent',
    LOGNAME: 'agent',
    TERM: 'dumb',
    [MARKER]: marker,
  };
}
