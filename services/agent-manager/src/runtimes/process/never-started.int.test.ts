import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { preparedWorker } from '../prepared-worker.fixture.ts';
import { runtimeSettings } from './process-runtime.fixture.ts';
import { createProcessRuntime } from './process-runtime.ts';

const SUPERVISOR = fileURLToPath(new URL('../../../../../worker/src/main.ts', import.meta.url));
let directory = '';
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Its manager was killed between starting the process and sending the start command. */
it('a supervisor that never got its start command ends by itself, and says why', {
  timeout: 30_000,
}, async () => {
  directory = await mkdtemp(join(tmpdir(), 'codex-never-'));
  const runtime = createProcessRuntime(await runtimeSettings(directory, SUPERVISOR, true));
  const handle = await runtime.start(await preparedWorker(runtime.places));
  const connection = runtime.attach(handle);
  expect(await connection.exited).toMatchObject({ exitCode: 1, oom: false });
  await connection.close();
  const journal = await readFile(join(directory, 'processes', handle.name, 'journal.ndjson'), 'utf8');
  expect(JSON.parse(journal)).toMatchObject({
    entry: { type: 'exited', reason: 'orphaned', detail: 'no start command came for 8000 ms' },
  });
});
