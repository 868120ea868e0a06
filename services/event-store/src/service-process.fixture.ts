import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort, type TestNats, type TestPostgres, waitFor } from '@claude-codex/testing';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The service as it runs in production: a process of its own. */
export interface ServiceUnderTest {
  process: ChildProcess;
  kill(): Promise<void>;
}

/** Resolves once the service is ready. */
export async function startService(
  postgres: Pick<TestPostgres, 'connectionString'>,
  nats: Pick<TestNats, 'url'>,
): Promise<ServiceUnderTest> {
  const env = {
    ...process.env,
    PORT: String(await freePort()),
    HOST: '127.0.0.1',
    LOG_LEVEL: 'fatal',
    DATABASE_URL: postgres.connectionString,
    NATS_URL: nats.url,
  };
  const service = spawn(process.execPath, [MAIN], { env, stdio: 'ignore' });
  await waitFor('the service to be ready', async () => (await fetch(`http://127.0.0.1:${env.PORT}/readyz`)).ok, {
    timeoutMs: 30_000,
    everyMs: 50,
  });
  return {
    process: service,
    async kill() {
      if (service.exitCode !== null || service.signalCode !== null) return;
      const ended = once(service, 'exit');
      service.kill('SIGKILL');
      await ended;
    },
  };
}
