import { join } from 'node:path';
import { loadMasterKey } from '@claude-codex/service-kit';
import { openBlobs } from '@claude-codex/service-kit/blobs/open-blobs';
import { openEventStore } from '@claude-codex/service-kit/nats/open-event-store';
import { createInstanceTokens } from '@claude-codex/service-kit/secrets/instance-tokens';
import { defineService } from '@claude-codex/service-kit/service';
import { createEgressApp, NAME } from './app.ts';
import { EgressEnv, egressSettings } from './config.ts';

export const service = defineService({
  name: NAME,
  env: EgressEnv,
  async open(env, { bus, log, variables }) {
    const masterKey = await loadMasterKey(env.CODEX_MASTER_KEY_FILE ?? join(env.CODEX_DATA_DIR, 'master.key'));
    return {
      bus,
      store: openEventStore(bus, log),
      blobs: await openBlobs(env, env.CODEX_DATA_DIR),
      tokens: createInstanceTokens(masterKey),
      settings: egressSettings(env, variables),
      log,
    };
  },
  create: createEgressApp,
});
