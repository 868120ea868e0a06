// A writer in a process of its own, for tests that stop it: appends one event per line of its input, prints the answer.
import { createInterface } from 'node:readline';
import { anyEvent } from '@claude-codex/eventing';
import { appendOf } from '@claude-codex/eventing/spec/append-request';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { createLogger } from '../log.ts';
import { createPgEventStore } from './pg-event-store.ts';
import { createPool } from './pool.ts';

const connectionString = process.env.DATABASE_URL ?? '';
const store = createPgEventStore({
  pool: createPool({ connectionString, name: 'frozen-writer' }),
  connectionString,
  registry: anyEvent,
  bus: createInProcessBus(),
  log: createLogger({ service: 'writer', level: 'silent' }),
});

for await (const stream of createInterface({ input: process.stdin })) {
  const result = await store.append(appendOf(stream, 0, [{ type: 'Noted', data: { by: 'frozen' } }], `of-${stream}`));
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
process.exit(0);
