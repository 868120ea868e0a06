import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeRuntime } from '../runtime.contract.ts';
import { createProcessRuntime } from './process-runtime.ts';

const WORKER = fileURLToPath(new URL('../fixture-worker.mjs', import.meta.url));

describeRuntime('process', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'codex-runtime-'));
  await chmod(directory, 0o755);
  return {
    directory,
    create: () =>
      createProcessRuntime({
        directory: join(directory, 'processes'),
        command: [process.execPath, WORKER],
        owner: null,
        memoryBytes: 512 * 1024 ** 2,
      }),
    close: () => rm(directory, { recursive: true, force: true }),
  };
});
