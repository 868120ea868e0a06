import type { Bus } from '@claude-codex/service-kit';
import { askHealth } from '@claude-codex/service-kit/health';
import { NEARBY, type Target } from '../target.ts';

/** A message to ourselves: it goes through the server and back. */
export function natsTarget(bus: Bus, ownName: string): Target {
  return {
    key: 'nats',
    service: { name: 'NATS', serviceType: 'tool', probe: 'nats', target: 'nats' },
    thresholds: NEARBY,
    async ask() {
      if (bus.status() !== 'connected') return { ok: false, detail: 'not connected' };
      await askHealth(bus, ownName, { timeoutMs: NEARBY.offlineMs });
      return { ok: true, detail: 'messages go round' };
    },
  };
}
