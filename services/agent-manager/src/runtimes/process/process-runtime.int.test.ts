import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeRuntime } from '../runtime.contract.ts';
import { runtimeSettings } from './process-runtime.fixture.ts';
import { createProcessRuntime } from './process-runtime.ts';

const WORKER = fileURLToPath(new URL('../fixture-worker.mjs', import.meta.url));

for (const sandboxed of [true, false]) {
  describeRuntime(sandboxed ? 'process in a sandbox' : 'process without a sandbox', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'codex-runtime-'));
    // Nobody but us may enter, and the worker works all the same; without a sandbox another user has to pass.
    await chmod(directory, sandboxed ? 0o700 : 0o711);
    const settings = await runtimeSettings(directory, WORKER, sandboxed);
    return {
      create: () => createProcessRuntime(settings),
      async traces() {
        const sleepers = execFileSync('sh', ['-c', 'ps -eo args= | grep "sleep 30[0-9]" | grep -v grep || true']);
        const left = readdirSync(settings.directories.processes).filter((entry) => entry.startsWith('check-'));
        return `${sleepers.toString()}${left.join()}`;
      },
      close: () => rm(directory, { recursive: true, force: true }),
    };
  });
}
