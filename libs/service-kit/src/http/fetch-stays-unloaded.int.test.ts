import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** Whether Node's fetch client is in a process that imported this. */
async function loadsFetch(specifier: string): Promise<boolean> {
  const script = `await import(${JSON.stringify(specifier)});
    process.stdout.write(String(process.moduleLoadList.includes('NativeModule internal/deps/undici/undici')));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  return stdout === 'true';
}

describe('a process with the HTTP server of the house', () => {
  it('is without the fetch client of Node, 8 MB that most services never use', async () => {
    expect(await loadsFetch(new URL('server.ts', import.meta.url).href)).toBe(false);
  });

  it('would have it from one import of node:http, which is why nodeHttp is', async () => {
    expect(await loadsFetch('node:http')).toBe(true);
  });
});
