import { RuntimeInfo, subjects } from '@claude-codex/contracts';
import { type Bus, requestJson } from '@claude-codex/service-kit';
import { NEARBY, type Target } from '../target.ts';

/** What agents run in. Only agent managers hold the Docker socket, so one of them answers for the engine. */
export function runtimeTarget(bus: Bus): Target {
  return {
    key: 'runtime',
    service: { name: 'Agent runtime', serviceType: 'tool', probe: 'docker', target: 'agent-manager' },
    thresholds: NEARBY,
    async ask() {
      const timeoutMs = NEARBY.offlineMs;
      const { label } = await requestJson(bus, subjects.manager.runtimeInfo, {}, RuntimeInfo, { timeoutMs });
      return { ok: true, detail: label };
    },
  };
}
