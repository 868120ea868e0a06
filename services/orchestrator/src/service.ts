import { createBusCheckpoints } from '@claude-codex/service-kit/bus-event-store';
import { openEventStore } from '@claude-codex/service-kit/nats/open-event-store';
import { defineService } from '@claude-codex/service-kit/service';
import { createOrchestratorApp, NAME } from './app.ts';
import { directoryIn, OrchestratorEnv, ownerName } from './config.ts';

export const service = defineService({
  name: NAME,
  env: OrchestratorEnv,
  async open(env, { bus, log }) {
    const store = openEventStore(bus, log);
    return {
      store,
      checkpoints: createBusCheckpoints({ bus, log }),
      bus,
      owner: ownerName(),
      directory: directoryIn(env.CODEX_DATA_DIR),
      log,
    };
  },
  create: createOrchestratorApp,
});
