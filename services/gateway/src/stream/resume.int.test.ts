import { setTimeout as delay } from 'node:timers/promises';
import { type BoardView, parseStreamId, type SessionView, streamOf, type TaskCard } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { append, type Furnished, furnish } from '../workspace.fixture.ts';
import { SseReader } from './sse-reader.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
let tasks: Furnished[];

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  tasks = await Promise.all(['One', 'Two', 'Three'].map((title) => furnish(gateway, workspaceId, title)));
});
afterAll(() => gateway.stop());

const headers = () => ({ cookie: owner.cookie ?? '' });
const progress = (step: number) => ({
  type: 'ProgressReported',
  data: { step: `Step ${step}`, percent: null, note: '' },
});

/** Appends to all tasks, in bursts and with pauses. Gives the last position. */
async function write(count: number): Promise<number> {
  let last = 0;
  for (let step = 0; step < count; step += 1) {
    const task = tasks[step % tasks.length];
    if (task === undefined) throw new Error('no task');
    last = await append(gateway, workspaceId, streamOf('instance', task.instanceId), [progress(step)]);
    if (step % 7 === 0) await delay(Math.random() * 15);
  }
  return last;
}

function positionOf(reader: SseReader): number {
  return parseStreamId(reader.lastEventId ?? '')?.position ?? 0;
}

/** Connects, is cut after a random moment, connects again … until it has seen `last`. */
async function readWithCuts(path: string, reader: SseReader, last: () => number | null): Promise<number> {
  for (let connections = 1; ; connections += 1) {
    const timer = setTimeout(() => reader.cut(), 5 + Math.random() * 60);
    await reader.read(gateway.address + path, headers());
    clearTimeout(timer);
    // 0: cut before the answer began.
    expect([0, 200]).toContain(reader.status);
    const goal = last();
    if (goal !== null && positionOf(reader) >= goal) return connections;
    if (connections > 2_000) throw new Error(`still at ${positionOf(reader)} of ${goal}`);
  }
}

describe('a stream that is cut again and again', () => {
  it('gives every event of a task exactly once, in order', async () => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const reader = new SseReader();
    const { epoch } = (await owner.call('GET', '/api/board')).body as BoardView;
    reader.lastEventId = `${epoch}-0`;
    let last: number | null = null;
    const writing = write(300).then((position) => {
      last = position;
    });
    const connections = await readWithCuts(`/api/tasks/${task.taskId}/stream`, reader, () => last);
    await writing;

    const seen = reader.received
      .filter(({ event }) => event === 'event')
      .map(({ data }) => (data as { position: number }).position);
    const page = await owner.call('GET', `/api/tasks/${task.taskId}/events?limit=1000`);
    const stored = (page.body as { events: { position: number }[] }).events.map(({ position }) => position);
    expect(stored.length).toBeGreaterThan(100);
    expect(seen).toEqual(stored);
    expect(connections).toBeGreaterThan(3);
  });

  it('of the workspace with one task gives that task’s events exactly once too', async () => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const { epoch, position } = (await owner.call('GET', '/api/board')).body as BoardView;
    const reader = new SseReader();
    reader.lastEventId = `${epoch}-${position}`;
    let last: number | null = null;
    const writing = write(150).then((at) => {
      last = at;
    });
    await readWithCuts(`/api/stream?task=${task.taskId}`, reader, () => last);
    await writing;

    const seen = reader.received
      .filter(({ event }) => event === 'event')
      .map(({ data }) => (data as { position: number }).position);
    const page = await owner.call('GET', `/api/tasks/${task.taskId}/events?limit=1000&after=${position}`);
    expect(seen).toEqual((page.body as { events: { position: number }[] }).events.map((event) => event.position));
    const names = new Set(reader.received.map(({ event }) => event));
    expect([...names]).toEqual(expect.arrayContaining(['hello', 'task', 'event']));
    // Only under one name: pages listen for `event`, and a frame named `error` would read as a broken connection.
    expect([...names]).not.toContain('ProgressReported');
    const cards = reader.received.filter(({ event }) => event === 'task');
    expect(new Set(cards.map(({ data }) => (data as TaskCard).id)).size).toBe(tasks.length);
  });

  it('brings a board to the same state as the page', async () => {
    const reader = new SseReader();
    const board = (await owner.call('GET', '/api/board')).body as BoardView;
    const cards = new Map(board.tasks.map((card) => [card.id, card]));
    reader.lastEventId = `${board.epoch}-${board.position}`;
    let last: number | null = null;
    const writing = (async () => {
      await write(150);
      const added = await furnish(gateway, workspaceId, 'Added meanwhile');
      await append(gateway, workspaceId, streamOf('task', added.taskId), [{ type: 'TaskDeleted', data: {} }]);
      last = (await furnish(gateway, workspaceId, 'Added and kept')).position;
    })();
    await readWithCuts('/api/stream', reader, () => last);
    await writing;

    for (const { event, data } of reader.received) {
      if (event === 'task') cards.set((data as TaskCard).id, data as TaskCard);
      if (event === 'task_removed') cards.delete((data as { id: string }).id);
    }
    const after = (await owner.call('GET', `/api/board?min_position=${last}`)).body as BoardView;
    expect(new Map(after.tasks.map((card) => [card.id, card]))).toEqual(cards);
  });
});

describe('a new stream', () => {
  it('says where it starts and sends what follows within a moment', async () => {
    const reader = new SseReader();
    const reading = reader.read(`${gateway.address}/api/stream`, headers(), ({ event }) => event === 'task');
    await waitFor('the hello', () => reader.received.length > 0);
    expect(reader.received[0]).toMatchObject({
      event: 'hello',
      data: { position: positionOf(reader), costTodayUsd: 0 },
    });
    await furnish(gateway, workspaceId, 'Live');
    await reading;
    expect(reader.received.at(-1)).toMatchObject({ event: 'task', data: { title: 'Live' } });
  });

  it('shows in a read everything that a frame told', async () => {
    const reader = new SseReader();
    const path = `/api/tasks/${tasks[0]?.taskId}`;
    const reading = reader.read(
      `${gateway.address}${path}/stream`,
      headers(),
      ({ event }) => event === 'ProgressReported',
    );
    await waitFor('the hello', () => reader.received.length > 0);
    await write(1);
    await reading;
    const { body } = await owner.call('GET', path);
    expect((body as TaskCard).position).toBeGreaterThanOrEqual(positionOf(reader));
    expect(reader.received.map(({ event }) => event)).toEqual([
      'hello',
      'task',
      'event',
      'step_update',
      'ProgressReported',
    ]);
  });

  it('of the workspace with a task that is not there is the workspace’s', async () => {
    const reader = new SseReader();
    const path = '/api/stream?task=01jd0000000000000000000000';
    await reader.read(gateway.address + path, headers(), () => true);
    expect(reader.received).toMatchObject([{ event: 'hello' }]);
  });

  it('carries the live lines of the task’s agents', async () => {
    const [task] = tasks;
    const reader = new SseReader();
    const reading = reader.read(
      `${gateway.address}/api/tasks/${task?.taskId}/stream`,
      headers(),
      ({ event }) => event === 'log',
    );
    await waitFor('the hello', () => reader.received.length > 0);
    const record = { seq: 1, at: new Date().toISOString(), entry: { type: 'assistant_text', text: 'Hello\n\nworld' } };
    const ring = setInterval(() => {
      gateway.bus.publish(`journal.${task?.instanceId}`, Buffer.from(JSON.stringify({ epoch: 1, record })));
    }, 20);
    await reading;
    clearInterval(ring);
    expect(reader.received.at(-1)).toMatchObject({
      event: 'log',
      data: { instanceId: task?.instanceId, epoch: 1, record },
    });
  });
});

describe('a resume point', () => {
  it.each([
    ['of another history', 'ffffffffffffffffffffffffffffffff-1'],
    ['from the future', null],
  ])('%s starts over with a reset', async (_what, id) => {
    const { epoch, position } = (await owner.call('GET', '/api/board')).body as BoardView;
    const reader = new SseReader();
    reader.lastEventId = id ?? `${epoch}-${position + 1_000_000}`;
    await reader.read(`${gateway.address}/api/stream`, headers(), () => true);
    expect(reader.received).toMatchObject([{ event: 'reset', data: { epoch } }]);
    expect(positionOf(reader)).toBeGreaterThanOrEqual(position);
  });

  it.each(['nonsense', '-5', 'e-', 'e-1e9', 'e-99999999999999999'])('%s is refused', async (after) => {
    const answer = await owner.call('GET', `/api/stream?after=${encodeURIComponent(after)}`);
    expect([answer.status, answer.problem.code]).toEqual([400, 'STREAM_ID_INVALID']);
  });

  it('in the header wins over the one in the address', async () => {
    const { epoch, position } = (await owner.call('GET', '/api/board')).body as BoardView;
    const reader = new SseReader();
    reader.lastEventId = `${epoch}-${position}`;
    await reader.read(`${gateway.address}/api/stream?after=${epoch}-1`, headers(), () => true);
    expect(reader.received[0]).toMatchObject({ event: 'hello', data: { position } });
  });
});

describe('a read model', () => {
  it('that comes back after a pause makes pages start over', async () => {
    const reader = new SseReader();
    const reading = reader.read(`${gateway.address}/api/stream`, headers(), ({ event }) => event === 'reset');
    await waitFor('the hello', () => reader.received.length > 0);
    const set = (status: string) =>
      gateway.admin.query(`update read.projection set status = $1 where name = 'tasks'`, [status]);
    await set('paused');
    const { position } = (await owner.call('GET', '/api/board')).body as BoardView;
    await write(3);
    await waitFor('the others to go on', async () => {
      const board = (await owner.call('GET', '/api/board')).body as BoardView;
      return board.position > position;
    });
    await set('live');
    await reading;
    expect(reader.received.at(-1)).toMatchObject({ event: 'reset' });
  });
});

describe('access', () => {
  it('has a limit of streams per person', async () => {
    const readers = Array.from({ length: 101 }, () => new SseReader());
    const reading = readers.map((reader) => reader.read(`${gateway.address}/api/stream`, headers()));
    await waitFor('the refusal', () => readers.some(({ status }) => status === 429));
    await waitFor('the others', () => readers.filter(({ status }) => status === 200).length === 100);
    for (const reader of readers) reader.cut();
    await Promise.all(reading);
  });

  it('a token in the address opens nothing', async () => {
    const answer = await owner.call('GET', '/api/stream?token=abc');
    expect([answer.status, answer.problem.code]).toEqual([400, 'UNKNOWN_FIELD']);
  });

  it('is cut within 5 s after the session ended', async () => {
    const other = { ...(await loggedIn()) };
    const reader = new SseReader();
    const reading = reader.read(`${gateway.address}/api/stream`, { cookie: other.cookie });
    await waitFor('the hello', () => reader.received.length > 0);
    const from = performance.now();
    await fetch(`${gateway.address}/api/logout`, {
      method: 'POST',
      headers: { cookie: other.cookie, origin: gateway.address },
    });
    await reading;
    expect(performance.now() - from).toBeLessThan(5_000);
    await reader.read(`${gateway.address}/api/stream`, { cookie: other.cookie });
    expect(reader.status).toBe(401);
  });
});

async function loggedIn(): Promise<{ cookie: string }> {
  const response = await fetch(`${gateway.address}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'olga@example.org', password: 'correct horse battery' }),
  });
  const cookies = response.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  return { cookie: cookies.join('; ') };
}
