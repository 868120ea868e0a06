import { busContract } from '../bus.contract.ts';
import { createInProcessBus } from './in-process-bus.ts';

busContract('in process', async () => {
  const bus = createInProcessBus();
  return { a: bus, b: bus, close: () => bus.close() };
});
