import type { ServiceStatus } from '@claude-codex/contracts';
import type { Target, Thresholds } from '../target.ts';

export interface Measurement {
  status: Exclude<ServiceStatus, 'unknown'>;
  /** Null when there was no answer. */
  latencyMs: number | null;
  detail: string;
}

/** Asks a target once. Never throws: no answer is an answer. `now` is a monotonic clock in milliseconds. */
export async function measure(target: Target, stop: AbortSignal, now: () => number): Promise<Measurement> {
  const { offlineMs } = target.thresholds;
  const expired = AbortSignal.timeout(offlineMs);
  const signal = AbortSignal.any([stop, expired]);
  const from = now();
  try {
    // A probe that ignores its signal must not hold up the others.
    const report = await Promise.race([target.ask(signal), rejectOn(signal)]);
    const latencyMs = Math.round((now() - from) * 10) / 10;
    return { status: statusOf(report.ok, latencyMs, target.thresholds), latencyMs, detail: report.detail };
  } catch (error) {
    const detail = expired.aborted ? `no answer within ${offlineMs} ms` : reasonOf(error);
    return { status: 'offline', latencyMs: null, detail };
  }
}

export function statusOf(ok: boolean, latencyMs: number, thresholds: Thresholds): Measurement['status'] {
  if (!ok || latencyMs > thresholds.offlineMs) return 'offline';
  return latencyMs < thresholds.connectedMs ? 'connected' : 'warning';
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Connection errors name addresses and users; their code says enough. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'BusNoResponder') return 'not running';
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return 'no answer';
}
