import type { Bus } from '@claude-codex/service-kit';
import { askHealth } from '@claude-codex/service-kit/health';
import { NEARBY, type Target } from '../target.ts';

/** What agents run in. Only agent managers hold the Docker socket, so one of them answers for the engine. */
export function runtimeTarget(bus: Bus): Target {
  return {
    key: 'runtime',
    service: { name: 'Agent runtime', serviceType: 'tool', probe: 'docker', target: 'agent-manager' },
    thresholds: NEARBY,
    ask: () => askHealth(bus, 'agent-manager', { timeoutMs: NEARBY.offlineMs }),
  };
}
