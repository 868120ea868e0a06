import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it("egress is without Node's fetch client, 8 MB: health and model calls go by the same plain connections", async () => {
  const app = new URL('app.ts', import.meta.url).href;
  const script = `await import(${JSON.stringify(app)});
    process.stdout.write(String(process.moduleLoadList.includes('NativeModule internal/deps/undici/undici')));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  expect(stdout).toBe('false');
});
