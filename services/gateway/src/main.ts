import { journalPieces } from '@claude-codex/domain/instance/kept-journal';
import { createLifecycle, createLogger, loadMasterKey, sayLastWords, stopOnSignal } from '@claude-codex/service-kit';
import { openBlobs, readSecret } from '@claude-codex/service-kit/blobs/open-blobs';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { openReadersJournal } from '@claude-codex/service-kit/journal/open-journal';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { secretBoxOnDemand } from '@claude-codex/service-kit/secrets/secret-box';
import { createGatewayApp } from './app.ts';
import { gatewayConfig } from './config.ts';

sayLastWords();
const config = gatewayConfig();
const log = createLogger({ service: 'gateway', level: config.logLevel });
const onError = (error: Error) => log.warn({ err: error }, 'a database connection broke and is replaced');
const pool = createPool({
  connectionString: config.databaseUrl,
  name: 'gateway',
  role: 'codex_gateway',
  max: 12,
  onError,
});
const bus = await connectNatsBus({ url: config.natsUrl, name: 'gateway', log });
const store = createBusEventStore({ bus, log });
const blobs = await openBlobs(config.blobs, config.dataDir);
const masterKey = await loadMasterKey(config.masterKeyFile);
const tokenFile = config.blobs.CODEX_HOST_TOKEN_FILE;
const hostToken =
  tokenFile === undefined ? null : await readSecret('CODEX_HOST_TOKEN_FILE', tokenFile, 'the token for hosts');
const app = await createGatewayApp({
  store,
  bus,
  pool,
  blobs,
  journal: await openReadersJournal({ bus, blobs, index: journalPieces(store), dataDir: config.dataDir }),
  secrets: secretBoxOnDemand(masterKey),
  masterKey,
  settings: { ...config.settings, hostToken },
  about: { version: config.version, standalone: false, project: null, model: config.model },
  log,
});

const lifecycle = createLifecycle(
  [
    { name: 'bus', stop: () => bus.close() },
    { name: 'database', stop: () => pool.end() },
    { name: 'http', start: app.listen, stop: app.stop },
  ],
  log,
);
stopOnSignal(lifecycle, log);
await lifecycle.start();
const setupLink = await app.setupLink();
if (setupLink !== null) log.info({ setupLink }, 'open this link to make the owner account');
