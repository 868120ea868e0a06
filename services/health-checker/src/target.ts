import type { EventData } from '@claude-codex/contracts';
import type { HealthReport } from '@claude-codex/service-kit/health';

/** How fast an answer must be. A service far away is slower than one next door, so each target has its own. */
export interface Thresholds {
  /** Up to here all is well. */
  connectedMs: number;
  /** Beyond here nobody would call it usable; also the time limit of a probe. */
  offlineMs: number;
}

export const NEARBY: Thresholds = { connectedMs: 100, offlineMs: 500 };
/** Across the internet, with a TLS handshake. */
export const REMOTE: Thresholds = { connectedMs: 1_000, offlineMs: 5_000 };

/** Something whose health is watched. */
export interface Target {
  /** Stable for ever: the service's identity is derived from it. */
  readonly key: string;
  /** What people see, and how it is asked. */
  readonly service: Omit<EventData<'ServiceRegistered'>, 'builtIn'>;
  readonly thresholds: Thresholds;
  /** Asks once. Throws when there is no answer; the signal ends it when its time is over. */
  ask(signal: AbortSignal): Promise<HealthReport>;
}
