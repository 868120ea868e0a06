import type { EgressDone, EgressDoors } from '@claude-codex/contracts';
import { EgressClose, EgressOpen, subjects } from '@claude-codex/contracts';
import type { ServiceName } from '@claude-codex/contracts/services';
import type { EventStore } from '@claude-codex/eventing';
import type { BlobStore, Bus, Logger } from '@claude-codex/service-kit';
import { createHttpServer, serveJson } from '@claude-codex/service-kit';
import { serveHealth, serveHostHealth } from '@claude-codex/service-kit/health';
import { connected, type ServiceApp } from '@claude-codex/service-kit/service-app';
import { z } from 'zod';
import { createUploads } from './blobs/upload.ts';
import type { EgressSettings } from './config.ts';
import { createDoors } from './doors/doors.ts';
import { createDoorsFile } from './doors/doors-file.ts';
import { createHostModel } from './hosts/host-model.ts';
import { addHostRoutes } from './hosts/host-routes.ts';
import { type Place, sayWhoCalls } from './hosts/place.ts';
import { closeDoorsAtEnd } from './instance-ends/instance-ends.ts';
import { createMcpDoor } from './mcp-door/mcp-door.ts';
import { createModelProxy } from './model-proxy/model-proxy.ts';
import { providerHealth } from './model-proxy/provider-health.ts';
import { createUpstream } from './model-proxy/upstream.ts';
import { createEventUsage } from './usage/event-usage.ts';

export interface EgressDeps {
  bus: Bus;
  store: EventStore;
  blobs: BlobStore;
  place: Place;
  settings: EgressSettings;
  log: Logger;
}

export const NAME = 'egress' satisfies ServiceName;

/** The agents' only door: model, tools and uploads, on one unix socket per instance. */
export function createEgressApp({ bus, store, blobs, place, settings, log }: EgressDeps): ServiceApp {
  const { provider, mcpUrl, doorsFile, hostId, limits } = settings;
  const usage = createEventUsage({ store, log });
  const upstream = createUpstream(provider.baseUrl, provider.proxy);
  const model = createModelProxy({ provider, upstream, limits, usage, log });
  const mcp = createMcpDoor({ mcpUrl, limits, sayWhoCalls: sayWhoCalls(place), log });
  const uploads = createUploads({ blobs, limits });
  const rooms = { model, mcp, uploads, limits, log };
  const doors = createDoors({ rooms, file: createDoorsFile(doorsFile), log });
  const done: EgressDone = { ok: true };
  const doorSubjects = subjects.egress(hostId);
  const health = () => ({
    ok: true,
    detail: `${doors.list().length} doors open, model provider: ${provider.label}`,
  });
  const served: (() => void)[] = [];

  async function start(): Promise<void> {
    await doors.restore();
    served.push(
      closeDoorsAtEnd({ store, doors, log, graceMs: limits.endGraceMs }),
      serveJson(bus, doorSubjects.open, EgressOpen, async (request) => doors.open(request).then(() => done)),
      serveJson(bus, doorSubjects.close, EgressClose, async (which) => doors.close(which).then(() => done)),
      serveJson(bus, doorSubjects.list, z.unknown(), async (): Promise<EgressDoors> => ({ doors: doors.list() })),
      serveHostHealth(bus, NAME, hostId, health),
    );
    // The team server's is the one that Health shows, and the only one that reaches the provider.
    if (place.kind === 'further_host') return;
    served.push(
      serveHealth(bus, NAME, health),
      serveHealth(bus, 'model-provider', () => providerHealth(provider.label, upstream)),
    );
  }

  async function stop(): Promise<void> {
    for (const unserve of served.splice(0)) unserve();
    await doors.stop();
    await model.close();
    await usage.flush();
    await http.close();
  }

  const http = createHttpServer({
    log,
    ready: { bus: connected(bus) },
  });
  if (place.kind === 'team_server') {
    addHostRoutes(http, {
      hostToken: place.hostToken,
      model: createHostModel({ provider, upstream, limits, log }),
      mcp,
    });
  }
  return { http, start, stop };
}
