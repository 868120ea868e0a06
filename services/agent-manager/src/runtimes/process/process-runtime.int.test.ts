import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
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
    async traces() {
      const sleepers = execFileSync('sh', ['-c', 'ps -eo args= | grep "sleep 30[0-9]" | grep -v grep || true']);
      const left = readdirSync(join(directory, 'processes')).filter((entry) => entry.startsWith('check-'));
      return `${sleepers.toString()}${left.join()}`;
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
});
