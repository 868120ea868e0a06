import { type ServiceName, serviceFacts } from '@claude-codex/contracts/services';
import type { Bus } from '@claude-codex/service-kit';
import { askHealth } from '@claude-codex/service-kit/health';
import { NEARBY, REMOTE, type Target } from '../target.ts';

/** One of our own services: it answers `health.<name>` on the bus. */
export function serviceTarget(bus: Bus, name: ServiceName): Target {
  const { title, lastingDetail } = serviceFacts(name);
  return {
    key: name,
    service: { name: title, serviceType: 'platform', probe: 'bus', target: name },
    thresholds: NEARBY,
    async ask() {
      const { ok, detail } = await askHealth(bus, name, { timeoutMs: NEARBY.offlineMs });
      return { ok, detail: ok && lastingDetail !== true ? '' : detail };
    },
  };
}

/** What the agents' model calls go to. Only egress may reach it, so egress looks and answers for it. */
export function modelProviderTarget(bus: Bus): Target {
  return {
    key: 'model-provider',
    service: { name: 'Model provider', serviceType: 'api', probe: 'bus', target: 'model-provider' },
    thresholds: REMOTE,
    ask: () => askHealth(bus, 'model-provider', { timeoutMs: REMOTE.offlineMs }),
  };
}
