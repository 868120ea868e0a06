import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('runs the supervisor without the fetch client of Node, 8 MB in each container', async () => {
  const script = `await import(${JSON.stringify(new URL('supervisor.ts', import.meta.url).href)});
    process.stdout.write(String(process.moduleLoadList.includes('NativeModule internal/deps/undici/undici')));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  expect(stdout).toBe('false');
});
