import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JournalRecord, WorkerCommand } from '@claude-codex/contracts';
import type Docker from 'dockerode';
import { JournalBroken, linesOf, recordsOf } from '../journal-lines.ts';
import { type RuntimeConnection, type RuntimeExit, RuntimeGone } from '../runtime.ts';
import { stdoutOf } from './demultiplex.ts';
import { exitOf, REMOVED, statusOf } from './exit.ts';

const RETRY_MS = 500;

/**
 * Talks to a container: its log is followed from the beginning (the engine keeps it, whoever was there), commands go to
 * its stdin. A lost connection to the engine is made again for as long as the container may be running.
 */
export function connectTo(name: string, container: Docker.Container): RuntimeConnection {
  const closed = new AbortController();
  let stdin: Promise<Duplex> | null = null;

  async function attachStdin(): Promise<Duplex> {
    const options = {
      stream: true,
      stdin: true,
      stdout: false,
      stderr: false,
      hijack: true,
      abortSignal: closed.signal,
    };
    const stream = (await container.attach(options)) as Duplex;
    stream.on('error', () => stream.destroy());
    stream.once('close', () => {
      stdin = null;
    });
    // Nobody reads what the engine might echo; unread, it would stop the connection.
    stream.resume();
    // Half a command of a manager that was killed while writing must not swallow our first one.
    stream.write('\n');
    return stream;
  }

  async function send(command: WorkerCommand): Promise<void> {
    stdin ??= attachStdin();
    let stream: Duplex;
    try {
      stream = await stdin;
    } catch (cause) {
      stdin = null;
      throw new RuntimeGone(name, { cause });
    }
    await new Promise<void>((resolve, reject) => {
      stream.write(`${JSON.stringify(command)}\n`, (error) =>
        error ? reject(new RuntimeGone(name, { cause: error })) : resolve(),
      );
    });
  }

  /** Each connection reads the log from its beginning; what was given out before is only looked at again. */
  async function* records(afterSeq: number): AsyncGenerator<JournalRecord> {
    let last = afterSeq;
    while (!closed.signal.aborted) {
      try {
        const options = { follow: true as const, stdout: true, stderr: false, abortSignal: closed.signal };
        const stream = (await container.logs(options)) as unknown as Readable;
        for await (const record of recordsOf(linesOf(stdoutOf(stream as AsyncIterable<Buffer>)), last)) {
          last = record.seq;
          yield record;
        }
        if ((await state()) !== null) return;
      } catch (error) {
        if (error instanceof JournalBroken) throw error;
        if (closed.signal.aborted || statusOf(error) === 404) return;
      }
      await sleep(RETRY_MS);
    }
  }

  /** How it ended, or null while it runs. */
  async function state(): Promise<RuntimeExit | null> {
    try {
      const facts = await container.inspect();
      return facts.State.Running || facts.State.Paused ? null : exitOf(facts);
    } catch (error) {
      if (statusOf(error) === 404) return REMOVED;
      throw error;
    }
  }

  async function waitForExit(): Promise<RuntimeExit | null> {
    while (!closed.signal.aborted) {
      try {
        const exit = await state();
        if (exit !== null) return exit;
        await container.wait({ abortSignal: closed.signal });
      } catch (error) {
        if (closed.signal.aborted) return null;
        // The engine restarts: whether the container lives is only known when it is back.
        if (statusOf(error) !== 404) await sleep(RETRY_MS);
      }
    }
    return null;
  }

  const { promise: exited, resolve } = Promise.withResolvers<RuntimeExit>();
  const waiting = waitForExit().then((exit) => {
    if (exit !== null) resolve(exit);
  });

  return {
    send,
    records,
    exited,
    async close() {
      closed.abort();
      const stream = await stdin?.catch(() => null);
      stream?.destroy();
      await waiting;
    },
  };
}
