import { EVENT_TYPES } from '@claude-codex/contracts/events';
import { createSchemaRegistry, type EventStore } from '@claude-codex/eventing';
import { createBusEventStore } from '../bus-event-store.ts';
import type { Logger } from '../log.ts';
import type { NatsBus } from './nats-bus.ts';
import { createStreamedEventStore } from './streamed-event-store.ts';

/** The event store of the team server, for a service that follows the log. */
export function openEventStore(bus: NatsBus, log: Logger): EventStore {
  const store = createBusEventStore({ bus, log });
  return createStreamedEventStore({ bus, store, registry: createSchemaRegistry(EVENT_TYPES), log });
}
