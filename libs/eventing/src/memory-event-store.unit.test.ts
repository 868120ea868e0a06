import { createMemoryCheckpoints } from './memory-checkpoints.ts';
import { createMemoryEventStore } from './memory-event-store.ts';
import { checkpointsContract } from './spec/checkpoints.contract.ts';
import { eventStoreContract } from './spec/event-store.contract.ts';

eventStoreContract('memory', async (registry) => ({
  store: createMemoryEventStore({ registry }),
  close: async () => undefined,
}));

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
