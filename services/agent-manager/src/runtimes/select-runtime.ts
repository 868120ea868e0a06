import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Directories } from '../checkouts/directories.ts';
import type { AgentManagerSettings } from '../config.ts';
import { createProcessRuntime } from './process/process-runtime.ts';
import type { Runtime } from './runtime.ts';

const run = promisify(execFile);
const SUPERVISOR = fileURLToPath(new URL('../../../../worker/src/main.ts', import.meta.url));
/** `nobody`: there on every system, owns nothing. */
const NOBODY = 65_534;

/**
 * The runtime the settings ask for. `auto` takes containers when an engine answers and has the agent image, processes
 * otherwise. Throws when `docker` is asked for and cannot be had: quietly weaker isolation would be a lie.
 */
export async function selectRuntime(
  settings: AgentManagerSettings,
  directories: Directories,
  log: Logger,
): Promise<Runtime> {
  return processRuntime(settings, directories, log);
}

async function processRuntime(settings: AgentManagerSettings, directories: Directories, log: Logger): Promise<Runtime> {
  await mkdir(directories.instances, { recursive: true, mode: 0o711 });
  return createProcessRuntime({
    directory: directories.processes,
    command: [process.execPath, SUPERVISOR],
    owner: await ownerOfProcesses(settings.agent.uid, directories, log),
    memoryBytes: settings.agent.memoryBytes,
  });
}

/**
 * A server that runs as root gives its agents another user, when that user can reach what it needs: the program and the
 * checkouts. Otherwise agents run as the server's own user, and the log says so.
 */
async function ownerOfProcesses(
  wanted: number | null,
  directories: Directories,
  log: Logger,
): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = { uid: wanted ?? NOBODY, gid: wanted ?? NOBODY };
  const script = 'test -r "$1" && test -x "$2" && test -x "$3" && "$2" --version >/dev/null';
  try {
    await run('/bin/sh', ['-c', script, 'sh', SUPERVISOR, process.execPath, directories.instances], {
      ...owner,
      cwd: '/',
      env: {},
    });
    return owner;
  } catch (error) {
    log.warn(
      { err: error, uid: owner.uid },
      'agents run as root: another user cannot reach the program or the data directory',
    );
    return null;
  }
}
