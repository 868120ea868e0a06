import { journalPieces } from '@claude-codex/domain';
import { openBlobs } from '@claude-codex/service-kit/blobs/open-blobs';
import { createBusCheckpoints } from '@claude-codex/service-kit/bus-event-store';
import { takeHostId } from '@claude-codex/service-kit/host-id';
import { openWritersJournal } from '@claude-codex/service-kit/journal/open-journal';
import { openEventStore } from '@claude-codex/service-kit/nats/open-event-store';
import { defineService } from '@claude-codex/service-kit/service';
import { createAgentManagerApp, NAME } from './app.ts';
import { AgentManagerEnv, agentManagerSettings } from './config.ts';

export const service = defineService({
  name: NAME,
  env: AgentManagerEnv,
  async open(env, { bus, log }) {
    const store = openEventStore(bus, log);
    const blobs = await openBlobs(env, env.CODEX_DATA_DIR);
    const index = journalPieces(store);
    return {
      store,
      checkpoints: createBusCheckpoints({ bus, log }),
      bus,
      blobs,
      journal: await openWritersJournal(env, { bus, blobs, index, dataDir: env.CODEX_DATA_DIR }),
      settings: agentManagerSettings(env, {
        hostId: await takeHostId(bus, env, env.CODEX_DATA_DIR),
        hostLostAfterMs: env.CODEX_HOST_LOST_AFTER_S * 1000,
      }),
      log,
    };
  },
  create: createAgentManagerApp,
});
