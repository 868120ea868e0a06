import { join } from 'node:path';
import { loadMasterKey } from '@claude-codex/service-kit';
import { openBlobs, readSecret } from '@claude-codex/service-kit/blobs/open-blobs';
import { takeHostId } from '@claude-codex/service-kit/host-id';
import { openEventStore } from '@claude-codex/service-kit/nats/open-event-store';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { defineService } from '@claude-codex/service-kit/service';
import { createEgressApp, NAME } from './app.ts';
import { EgressEnv, egressSettings, teamUrlOf } from './config.ts';
import type { Place } from './hosts/place.ts';

export const service = defineService({
  name: NAME,
  env: EgressEnv,
  async open(env, { bus, log, variables }) {
    const place = await placeOf(env);
    return {
      bus,
      store: openEventStore(bus, log),
      blobs: await openBlobs(env, env.CODEX_DATA_DIR),
      place,
      settings: egressSettings(env, variables, { hostId: await takeHostId(bus, env, env.CODEX_DATA_DIR), place }),
      log,
    };
  },
  create: createEgressApp,
});

/** A further host has no master key, and makes none: what it made would be worth nothing on the team server. */
async function placeOf(env: EgressEnv): Promise<Place> {
  const file = env.CODEX_HOST_TOKEN_FILE;
  const hostToken = () => readSecret('CODEX_HOST_TOKEN_FILE', file, 'the token for hosts');
  if (teamUrlOf(env) !== null) return { kind: 'further_host', hostToken: await hostToken() };
  const masterKey = await loadMasterKey(env.CODEX_MASTER_KEY_FILE ?? join(env.CODEX_DATA_DIR, 'master.key'));
  return {
    kind: 'team_server',
    tokens: createInstanceTokens(masterKey),
    hostToken: file === undefined ? null : await hostToken(),
  };
}
