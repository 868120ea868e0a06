import type { Bus } from '@claude-codex/service-kit';
import { askHealth } from '@claude-codex/service-kit/health';
import { NEARBY, REMOTE, type Target } from '../target.ts';

/** Written otherwise than their names would suggest. */
const TITLES: Readonly<Record<string, string>> = { mcp: 'MCP', 'github-sync': 'GitHub sync' };
/** Whose details say what they are. The others tell figures of the moment, which are old as soon as they are stored. */
const LASTING_DETAIL: ReadonlySet<string> = new Set(['github-sync']);

/** One of our own services: it answers `health.<name>` on the bus. */
export function serviceTarget(bus: Bus, name: string): Target {
  return {
    key: name,
    service: { name: titleOf(name), serviceType: 'platform', probe: 'bus', target: name },
    thresholds: NEARBY,
    async ask() {
      const { ok, detail } = await askHealth(bus, name, { timeoutMs: NEARBY.offlineMs });
      return { ok, detail: ok && !LASTING_DETAIL.has(name) ? '' : detail };
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

function titleOf(name: string): string {
  const known = TITLES[name];
  if (known !== undefined) return known;
  const words = name.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
