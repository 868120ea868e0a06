import { createLogger, parseEnv } from '@claude-codex/service-kit';
import { serveHealth } from '@claude-codex/service-kit/health';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { describeWith, startTestPostgres, type TestPostgres, waitFor } from '@claude-codex/testing';
import { natsEngine, startTestNats, type TestNats } from '@claude-codex/testing/nats';
import { redisEngine, startTestRedis, type TestRedis } from '@claude-codex/testing/redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NAME } from './app.ts';
import { type Measurement, measure } from './checks/measure.ts';
import { service } from './service.ts';
import type { Target } from './target.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const engines = { ...natsEngine, missing: natsEngine.missing ?? redisEngine.missing };

describeWith(engines, 'probes of real servers', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let redis: TestRedis;
  let targets: readonly Target[];
  const stops: (() => Promise<unknown> | unknown)[] = [];

  beforeAll(async () => {
    [postgres, nats, redis] = await Promise.all([startTestPostgres(), startTestNats(), startTestRedis()]);
    const env = parseEnv(service.env, {
      NATS_URL: nats.url,
      DATABASE_URL: postgres.connectionString,
      REDIS_URL: redis.url,
      CODEX_SERVICES: 'mcp',
    });
    const bus = await connectNatsBus({ url: env.NATS_URL, name: NAME, log });
    stops.push(() => bus.close());
    const atEnd = (_: string, stop: () => Promise<unknown> | unknown) => void stops.unshift(stop);
    ({ targets } = await service.open(env, { bus, log, variables: {}, atEnd }));
    serveHealth(bus, NAME, () => ({ ok: true, detail: '' }));
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await Promise.all([postgres.stop(), nats.stop(), redis.stop()]);
  });

  async function probe(key: string): Promise<Measurement> {
    const target = targets.find((other) => other.key === key);
    if (target === undefined) throw new Error(`${key} is not watched`);
    return measure(target, new AbortController().signal, () => performance.now());
  }

  const isUp = (key: string) => () => probe(key).then(({ status }) => status !== 'offline');
  const isDown = (key: string) => () => probe(key).then(({ status }) => status === 'offline');

  it('tell whether each is there, gone, and back', async () => {
    for (const [key, server] of Object.entries({ postgres, redis, nats })) {
      await waitFor(`${key} to be up`, isUp(key));
      await server.kill();
      await waitFor(`${key} to be down`, isDown(key));
      const { detail } = await probe(key);
      expect(detail).not.toMatch(/127\.0\.0\.1|postgres:\/\//);
      await server.start();
      await waitFor(`${key} to be up again`, isUp(key), { timeoutMs: 20_000 });
    }
  });

  it('say what they found', async () => {
    await waitFor('postgres to be up', isUp('postgres'));
    expect((await probe('postgres')).detail).toMatch(/^Postgres \d+/);
    expect(await probe('mcp')).toEqual({ status: 'offline', latencyMs: null, detail: 'not running' });
    expect(await probe('runtime')).toMatchObject({ status: 'offline', detail: 'not running' });
  });
});
