import { join } from 'node:path';
import { createDirectoryBlobs, createDirectoryJournal, loadMasterKey } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { secretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import { defineService } from '@claude-codex/service-kit/service';
import { createGatewayApp, NAME } from './app.ts';
import { GatewayEnv, gatewaySettings } from './config.ts';

export const service = defineService({
  name: NAME,
  env: GatewayEnv,
  async open(env, { bus, log, atEnd }) {
    const pool = createPool({
      connectionString: env.DATABASE_URL,
      name: NAME,
      role: 'codex_gateway',
      max: 12,
      onError: (error) => log.warn({ err: error }, 'a database connection broke and is replaced'),
    });
    atEnd('database', () => pool.end());
    const masterKey = await loadMasterKey(env.CODEX_MASTER_KEY_FILE ?? join(env.CODEX_DATA_DIR, 'master.key'));
    const model = { label: env.CODEX_MODEL_LABEL, scripted: env.CODEX_MODEL_SCRIPTED };
    return {
      store: createBusEventStore({ bus, log }),
      bus,
      pool,
      blobs: createDirectoryBlobs(join(env.CODEX_DATA_DIR, 'blobs')),
      journal: createDirectoryJournal(join(env.CODEX_DATA_DIR, 'journals')),
      secrets: secretBoxOnDemand(masterKey),
      masterKey,
      settings: gatewaySettings(env),
      about: { version: env.CODEX_VERSION, standalone: false, project: null, model },
      log,
    };
  },
  create: createGatewayApp,
});
