// The event store as a process of its own, for the benchmark over NATS: node serve.ts <postgres url> <nats url>
import { serveStore } from './ours.ts';

const [database, nats] = process.argv.slice(2);
if (database === undefined || nats === undefined) throw new Error('serve.ts <postgres url> <nats url>');
await serveStore(database, nats);
