import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { stdoutOf } from '@claude-codex/agent-manager/runtimes/docker/demultiplex';
import { type Comparison, peer, timed } from '../comparison.ts';

const FRAMES = 4_096;
const FRAME_BYTES = 32 * 1024;
const PAUSE_EVERY = 256;

interface Modem {
  prototype: { demuxStream(stream: Readable, stdout: Writable, stderr: Writable): void };
}

/** An agent that prints 128 MB faster than its journal is written. */
export const demultiplexer: Comparison = {
  title: 'output of a container, 128 MB, read slower than written: `docker-modem` · our generator',
  ours: () =>
    timed(async () => {
      const slow = createSlowReader();
      await pipeline(stdoutOf(printed()), slow.writable);
      return `${slow.bytes() / 1024 / 1024} MB`;
    }),
  library: () =>
    timed(async () => {
      const slow = createSlowReader();
      const stream = printed();
      const stdout = new PassThrough();
      const { demuxStream } = (peer('docker-modem') as Modem).prototype;
      demuxStream(stream, stdout, new PassThrough());
      stream.once('end', () => stdout.end());
      await pipeline(stdout, slow.writable);
      return `${slow.bytes() / 1024 / 1024} MB`;
    }),
};

function printed(): Readable {
  const frame = Buffer.alloc(8 + FRAME_BYTES, 'x');
  frame.writeUInt32BE(0x01000000, 0);
  frame.writeUInt32BE(FRAME_BYTES, 4);
  return Readable.from(
    (function* () {
      for (let count = 0; count < FRAMES; count += 1) yield Buffer.from(frame);
    })(),
    { objectMode: false },
  );
}

function createSlowReader(): { writable: Writable; bytes: () => number } {
  let bytes = 0;
  let writes = 0;
  const writable = new Writable({
    async write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      writes += 1;
      if (writes % PAUSE_EVERY === 0) await sleep(20);
      done();
    },
  });
  return { writable, bytes: () => bytes };
}
