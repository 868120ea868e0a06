import { join } from 'node:path';
import { createDirectoryBlobs } from '@claude-codex/service-kit';
import { createBusCheckpoints, createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { createDirectoryJournal } from '@claude-codex/service-kit/journal/directory-journal';
import { defineService } from '@claude-codex/service-kit/service';
import { createAgentManagerApp, NAME } from './app.ts';
import { AgentManagerEnv, agentManagerSettings } from './config.ts';

export const service = defineService({
  name: NAME,
  env: AgentManagerEnv,
  async open(env, { bus, log }) {
    return {
      store: createBusEventStore({ bus, log }),
      checkpoints: createBusCheckpoints({ bus, log }),
      bus,
      blobs: createDirectoryBlobs(join(env.CODEX_DATA_DIR, 'blobs')),
      journal: createDirectoryJournal(join(env.CODEX_DATA_DIR, 'journals')),
      settings: agentManagerSettings(env),
      log,
    };
  },
  create: createAgentManagerApp,
});
