import { streamOf } from '@claude-codex/contracts/ids';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EventStore } from './event-store.ts';
import { createMemoryEventStore } from './memory-event-store.ts';
import { appendOf } from './spec/append-request.ts';
import { createStreamCache } from './stream-cache.ts';

let store: EventStore;
let read: number;
let now: number;
const clock = { now: () => now };

beforeEach(() => {
  const memory = createMemoryEventStore();
  read = 0;
  now = 1_000;
  store = {
    ...memory,
    async readStream(stream, range) {
      const events = await memory.readStream(stream, range);
      read += events.length;
      return events;
    },
  };
});

async function join(workspaceId: string, ...userIds: string[]): Promise<void> {
  const events = userIds.map((userId) => ({ type: 'MemberJoined', data: { userId, role: 'editor' } }));
  await store.append(appendOf(streamOf('workspace', workspaceId), 'any', events));
}

function members(options: { freshMs?: number; remember?: number } = {}) {
  return createStreamCache({
    ...options,
    store,
    clock,
    category: 'workspace',
    initialState: [] as readonly string[],
    evolve: (state, event) => (event.type === 'MemberJoined' ? [...state, event.data.userId] : state),
  });
}

describe('stream cache', () => {
  it('reads a stream once, and afterwards only what is new', async () => {
    const cache = members();
    await join('w', ...Array.from({ length: 60 }, (_, at) => `u${at}`));
    expect((await cache.get('w')).state).toHaveLength(60);
    await join('w', 'last');
    const { state, version, first } = await cache.get('w');
    expect([state.at(-1), version, first?.version, read]).toEqual(['last', 61, 1, 61]);
  });

  it('gives what is known while it is fresh, unless it was told of a change', async () => {
    const cache = members({ freshMs: 1_000 });
    await join('w', 'ada');
    await cache.get('w');
    await join('w', 'grace');
    now += 999;
    expect((await cache.get('w')).state).toEqual(['ada']);
    cache.refresh('w');
    expect((await cache.get('w')).state).toEqual(['ada', 'grace']);
    await join('w', 'linus');
    now += 1_000;
    expect((await cache.get('w')).state).toEqual(['ada', 'grace', 'linus']);
  });

  it('forgets the stream asked for longest ago, and what is not there at once', async () => {
    const cache = members({ remember: 2 });
    await join('a', 'ada');
    await join('b', 'grace');
    for (const id of ['a', 'b', 'nobody', 'a', 'b']) await cache.get(id);
    expect(read).toBe(2);
    await join('c', 'linus');
    await cache.get('c');
    await cache.get('a');
    expect(read).toBe(4);
  });

  it('does not go back when two ask at once', async () => {
    const cache = members();
    await join('w', 'ada');
    const slow = cache.get('w');
    await join('w', 'grace');
    await Promise.all([slow, cache.get('w')]);
    expect((await cache.get('w')).state).toEqual(['ada', 'grace']);
  });
});
