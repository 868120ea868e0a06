import type { ContainerInspectInfo } from 'dockerode';
import type { RuntimeExit } from '../runtime.ts';

const KILLED = 137;

/**
 * Why a container ended. The engine sets `OOMKilled` also when only a child was killed and the exit code is 0, so it
 * counts before the code does.
 */
export function exitOf({ State: state, HostConfig }: ContainerInspectInfo): RuntimeExit {
  const exitCode = state.ExitCode;
  if (state.OOMKilled) {
    const mebibytes = Math.round((HostConfig.Memory ?? 0) / 1024 ** 2);
    return {
      reason: `out of memory (limit ${mebibytes} MiB)`,
      oom: true,
      exitCode: exitCode === KILLED ? null : exitCode,
    };
  }
  if (state.Status === 'created') return { reason: 'its container was never started', oom: false, exitCode: null };
  if (exitCode === KILLED) {
    return { reason: 'its container was killed, or the container engine was restarted', oom: false, exitCode: null };
  }
  if (state.Error !== '') return { reason: `its container failed: ${state.Error}`, oom: false, exitCode };
  return { reason: `ended with exit code ${exitCode}`, oom: false, exitCode };
}

export const REMOVED: RuntimeExit = { reason: 'its container was removed', oom: false, exitCode: null };

/** Status of an engine's answer: 404 gone, 409 in another state already, 304 nothing to do. */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

/** Runs `act`; what the engine had done already, or no longer can do, is fine. */
export async function unless(statuses: readonly number[], act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const status = statusOf(error);
    if (status === null || !statuses.includes(status)) throw error;
  }
}
