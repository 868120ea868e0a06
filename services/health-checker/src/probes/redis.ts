import type { Redis } from 'ioredis';
import { NEARBY, type Target } from '../target.ts';

export function redisTarget(redis: Redis): Target {
  return {
    key: 'redis',
    service: { name: 'Redis', serviceType: 'database', probe: 'redis', target: 'redis' },
    thresholds: NEARBY,
    async ask() {
      await redis.ping();
      return { ok: true, detail: 'answers' };
    },
  };
}
