import type { SessionView } from '@claude-codex/contracts';
import { createEventStoreApp } from '@claude-codex/event-store';
import { createMemoryCheckpoints } from '@claude-codex/eventing';
import { type Bus, createLogger } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { silentLog } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { furnish } from '../workspace.fixture.ts';

/** Longer than the gateway takes between an answer and its next question. */
const QUIET_MS = 150;

/** Answers what was asked together at once, and counts how often that was: what is asked side by side is one round trip. */
class RoundTrips {
  readonly rounds: string[][] = [];
  #waiting: { subject: string; go: () => void }[] = [];
  #timer: NodeJS.Timeout | undefined;

  over(bus: Bus): Bus {
    return {
      ...bus,
      request: async (subject, ...rest) => {
        // Asked every 100 ms by whoever wants to know that the log grew, and no part of a command.
        if (subject !== 'es.head-info') await this.#turn(subject);
        return bus.request(subject, ...rest);
      },
    };
  }

  #turn(subject: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ subject, go: resolve });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const together = this.#waiting;
      this.#waiting = [];
      this.rounds.push(together.map((one) => one.subject));
      for (const { go } of together) go();
    }, QUIET_MS);
    return promise;
  }
}

const trips = new RoundTrips();
let gateway: TestGateway;
let owner: Client;
let stopStore: () => Promise<void>;

beforeAll(async () => {
  const log = createLogger({ service: 'test', level: 'silent' });
  gateway = await startTestGateway({}, undefined, (store, bus) => {
    const served = createEventStoreApp({ store, checkpoints: createMemoryCheckpoints(), bus, log });
    void served.start();
    stopStore = served.stop;
    return createBusEventStore({ bus: trips.over(bus), log: silentLog });
  });
  owner = await setUp(gateway);
});
afterAll(async () => {
  await stopStore();
  await gateway.stop();
});

it('creating a task asks the store at most three times in a row', async () => {
  const workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  const { repositoryId, position } = await furnish(gateway, workspaceId);
  await owner.call('GET', `/api/board?min_position=${position}`);
  const before = trips.rounds.length;
  const { status } = await owner.call('POST', '/api/tasks', { title: 'x', repositoryId, execute: true });
  expect(status).toBe(201);
  const rounds = trips.rounds.slice(before);
  expect(rounds.length, JSON.stringify(rounds)).toBeLessThanOrEqual(3);
  expect(rounds.at(-1)).toEqual(['es.append']);
});
