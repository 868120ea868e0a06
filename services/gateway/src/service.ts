import { join } from 'node:path';
import { journalPieces } from '@claude-codex/domain/instance/kept-journal';
import { loadMasterKey } from '@claude-codex/service-kit';
import { openBlobs, readSecret } from '@claude-codex/service-kit/blobs/open-blobs';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { openReadersJournal } from '@claude-codex/service-kit/journal/open-journal';
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
    const store = createBusEventStore({ bus, log });
    const blobs = await openBlobs(env, env.CODEX_DATA_DIR);
    const index = journalPieces(store);
    const tokenFile = env.CODEX_HOST_TOKEN_FILE;
    const hostToken =
      tokenFile === undefined ? null : await readSecret('CODEX_HOST_TOKEN_FILE', tokenFile, 'the token for hosts');
    const model = { label: env.CODEX_MODEL_LABEL, scripted: env.CODEX_MODEL_SCRIPTED };
    return {
      store,
      bus,
      pool,
      blobs,
      journal: await openReadersJournal({ bus, blobs, index, dataDir: env.CODEX_DATA_DIR }),
      secrets: secretBoxOnDemand(masterKey),
      masterKey,
      settings: gatewaySettings(env, hostToken),
      about: { version: env.CODEX_VERSION, standalone: false, project: null, model },
      log,
    };
  },
  create: createGatewayApp,
});
