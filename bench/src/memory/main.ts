import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SERVICES } from '@claude-codex/contracts/services';
import { freePort } from '@claude-codex/testing';
import { startTestRedis } from '@claude-codex/testing/redis';
import { pssMb } from '../first-load/memory.ts';
import { createServiceProcess, type ServiceProcess } from '../system/service-process.ts';
import { mainOf, startSystem } from '../system/system.ts';
import { measureSupervisors } from './supervisors.ts';

const REST_MS = 30_000;
const { values } = parseArgs({
  options: { flags: { type: 'string', default: '' }, only: { type: 'string', default: 'services,supervisors' } },
});
const nodeFlags = values.flags.split(' ').filter((flag) => flag !== '');

/** Every Node service of the team stack as a process of its own, at rest for 30 s: its proportional set size. */
async function measureServices(): Promise<void> {
  const [system, redis] = await Promise.all([startSystem({ stores: 1, nodeFlags }), startTestRedis()]);
  const env = {
    NATS_URL: system.nats.url,
    REDIS_URL: redis.url,
    CODEX_DATA_DIR: system.directory,
    CODEX_MASTER_KEY_FILE: join(system.directory, 'bench-master.key'),
    CODEX_RUNTIME: 'process',
    GITHUB_WEBHOOK_SECRET: 'bench-webhook-secret-of-32-letters',
  };
  const more: ServiceProcess[] = [];
  try {
    const running = system.services.map(({ name }) => name);
    for (const name of SERVICES.filter((one) => !running.includes(one))) {
      const service = createServiceProcess(name, mainOf(name), await freePort(), env, nodeFlags);
      more.push(service);
      await service.start();
    }
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    for (const { name, pid } of [...system.services, ...more]) say(name, await pssMb(pid() ?? 0));
  } finally {
    await Promise.all(more.map((service) => service.kill()));
    await redis.stop();
    await system.stop();
  }
}

function say(what: string, mb: number): void {
  process.stdout.write(`${what.padEnd(60)} ${mb.toFixed(1)} MB\n`);
}

process.stdout.write(`flags: ${nodeFlags.join(' ') || 'none'}; load of the last minute: ${loadavg()[0]?.toFixed(1)}\n`);
if (values.only.includes('services')) await measureServices();
if (values.only.includes('supervisors')) await measureSupervisors(REST_MS, say);
