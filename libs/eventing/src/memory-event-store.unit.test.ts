import { createMemoryCheckpoints } from './memory-checkpoints.ts';
import { createMemoryEventStore } from './memory-event-store.ts';
import type { SchemaRegistry } from './schema-registry.ts';
import { checkpointsContract } from './spec/checkpoints.contract.ts';
import { type EventStoreUnderTest, eventStoreContract } from './spec/event-store.contract.ts';
import { snapshotsContract } from './spec/snapshots.contract.ts';

const open = async (registry: SchemaRegistry): Promise<EventStoreUnderTest> => ({
  store: createMemoryEventStore({ registry }),
  close: async () => undefined,
});
eventStoreContract('memory', open);
snapshotsContract('memory', open);

checkpointsContract('memory', async () => {
  let now = 0;
  return {
    checkpoints: createMemoryCheckpoints({ now: () => now }),
    pass: async (ms) => {
      now += ms;
    },
    close: async () => undefined,
  };
});
