import { statfs } from 'node:fs/promises';
import type { OurCause } from '@claude-codex/contracts';
import { EventStoreError } from '@claude-codex/eventing';
import { isDiskFull } from '@claude-codex/service-kit/disk-full';
import { askHealth, askHostHealth } from '@claude-codex/service-kit/health';
import type { Directories } from '../checkouts/directories.ts';
import type { AgentManagerSettings } from '../config.ts';
import { GitAway, GitRefused } from '../git-service/git-service.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { EgressPort } from './ports.ts';
import { isAway } from './secrets.ts';

/** Whose disk it is: of several hosts one is full, and somebody has to find it. */
export interface OwnDisk {
  readonly settings: Pick<AgentManagerSettings, 'hostId'>;
  readonly directories: Pick<Directories, 'root'>;
}

/** To ask for all that a start needs. */
export interface Needs extends EgressPort, OwnDisk {
  readonly runtime: Pick<Runtime, 'info'>;
}

/** Something that work cannot go on without is not there, and no agent can do anything about it. */
export interface Missing {
  readonly cause: OurCause;
  /** One sentence for a person. */
  readonly detail: string;
}

const ASKING = { timeoutMs: 5_000 };
const MIB = 1024 ** 2;
/** A checkout, a home and a journal want some room; with less even a small task would fill the disk. */
const LEAST_FREE_BYTES = 64 * MIB;

/**
 * What a start would fail for now. Asked before an epoch is claimed, so an outage makes one event per task and not one per
 * try. Null when everything is there.
 */
export async function missingNeed({ bus, runtime, directories, settings }: Needs): Promise<Missing | null> {
  const disk = await fullDisk({ settings, directories });
  return (
    disk ??
    (await engineAway(runtime)) ??
    (await egressAway({ bus, settings })) ??
    (await partAway(() => askHealth(bus, 'git', ASKING), GIT_AWAY))
  );
}

/** The only way an agent has to the model, to our tools and to the blob store. */
export function egressAway({ bus, settings }: EgressPort): Promise<Missing | null> {
  return partAway(() => askHostHealth(bus, 'egress', settings.hostId, ASKING), EGRESS_AWAY);
}

async function partAway(ask: () => Promise<unknown>, missing: Missing): Promise<Missing | null> {
  try {
    await ask();
    return null;
  } catch (error) {
    if (!isAway(error)) throw error;
    return missing;
  }
}

export const EGRESS_AWAY: Missing = {
  cause: 'egress_away',
  detail: 'the egress service, the way to the model, does not answer.',
};
export const GIT_AWAY: Missing = {
  cause: 'git_away',
  detail: 'the git service, which reaches the repositories, does not answer.',
};
export const GIT_DISK_FULL: Missing = {
  cause: 'disk_full',
  detail: 'the disk of the git service, which keeps the copies of the repositories, is full.',
};
const ENGINE_AWAY: Missing = { cause: 'engine_away', detail: 'the container engine does not answer.' };

async function engineAway(runtime: Needs['runtime']): Promise<Missing | null> {
  const { available } = await runtime.info();
  return available ? null : ENGINE_AWAY;
}

async function fullDisk(own: OwnDisk): Promise<Missing | null> {
  const { bavail, bsize } = await statfs(own.directories.root);
  const free = bavail * bsize;
  return free >= LEAST_FREE_BYTES ? null : diskFull(own, ` (${Math.round(free / MIB)} MiB free)`);
}

function diskFull({ settings, directories }: OwnDisk, howFull = ''): Missing {
  const detail = `the disk of ${directories.root} on the host ${settings.hostId} is full${howFull}.`;
  return { cause: 'disk_full', detail };
}

/** A person has to change the task or the repository; waiting would change nothing. */
const FINAL = new Set([
  'REPOSITORY_NOT_FOUND',
  'REPOSITORY_EMPTY',
  'NOTHING_OFFERED',
  'REPOSITORY_DAMAGED',
  'NOT_A_REPOSITORY',
  'BASE_BRANCH_MISSING',
  'INVALID_PATH',
  'PATH_NOT_A_DIRECTORY',
]);

export type StartFault =
  /** The instance fails with this. */
  | { readonly kind: 'final'; readonly code: string; readonly detail: string }
  /** It is tried again. */
  | ({ readonly kind: 'passing' } & Missing)
  /** Nothing can be written down now: the same start goes on later. */
  | { readonly kind: 'log_away' };

/** Why a start came to nothing, and what follows from it. */
export function startFault(error: unknown, own: OwnDisk): StartFault {
  const detail = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (error instanceof EventStoreError) return { kind: 'log_away' };
  if (code !== null && FINAL.has(code)) return { kind: 'final', code, detail };
  if (error instanceof GitAway) return { kind: 'passing', ...GIT_AWAY };
  if (code === 'DISK_FULL') return { kind: 'passing', ...GIT_DISK_FULL };
  if (isDiskFull(error)) return { kind: 'passing', ...diskFull(own) };
  if (error instanceof GitRefused) return refusedByGit(error);
  if (isAway(error)) return { kind: 'passing', ...EGRESS_AWAY };
  if (isEngineAway(error)) return { kind: 'passing', ...ENGINE_AWAY };
  return { kind: 'passing', cause: 'start_failed', detail: `it could not be started: ${detail}` };
}

/** A repository that cannot be read is somebody else's; what the git service has no words for is its own mistake. */
function refusedByGit({ code, message }: GitRefused): StartFault {
  if (code === 'INTERNAL') return { kind: 'passing', cause: 'start_failed', detail: lower(message) };
  return { kind: 'passing', cause: 'source_away', detail: lower(message) };
}

/** The engine's socket: nobody listens, or the connection broke. */
function isEngineAway(error: unknown): boolean {
  const isConnection =
    error instanceof Error && 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'read');
  return isConnection || codeOf(error) === 'ECONNRESET';
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function lower(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}
