import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import type { Engine } from './skips.ts';
import { waitFor } from './wait-for.ts';

const PROGRAM = find();

/** For `describeWith`: present when the object store of npm's `@20minutes/s3rver` is installed. */
export const s3Engine: Engine = {
  name: 'S3 server',
  missing: PROGRAM === null ? 'install the development packages (npm install)' : null,
};

export interface TestS3 {
  readonly endpoint: string;
  readonly bucket: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Where its objects lie, for a test that damages one. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** A real object store for a test file: a process that checks signatures and bodies. Call `stop` in `afterAll`. */
export async function startTestS3(): Promise<TestS3> {
  const directory = mkdtempSync(join(tmpdir(), 'claude-codex-test-s3-'));
  const port = await freePort();
  const bucket = 'codex-blobs';
  const options = { directory, address: '127.0.0.1', port, silent: true, configureBuckets: [{ name: bucket }] };
  const script = `new (require(${JSON.stringify(PROGRAM)}))(${JSON.stringify(options)}).run()`;
  const server = spawn(process.execPath, ['--input-type=commonjs', '--eval', script], { stdio: 'ignore' });
  const killWithUs = () => void server.kill('SIGKILL');
  process.once('exit', killWithUs);
  await waitFor('the test S3 server to answer', () => answers(port));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    keys: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    directory,
    async stop() {
      process.off('exit', killWithUs);
      await ended(server);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGKILL');
  await exit;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Not yet.
    return false;
  } finally {
    socket.destroy();
  }
}

function find(): string | null {
  try {
    return createRequire(import.meta.url).resolve('@20minutes/s3rver');
  } catch {
    // Not installed: the suite says so.
    return null;
  }
}
