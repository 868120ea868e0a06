import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@claude-codex/service-kit/log';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';

export interface KeepRunning {
  server: ChildProcess;
  /** Resolves with a server that answers; throws with the reason when it does not come up. */
  start: () => Promise<ChildProcess>;
  stopServer: (server: ChildProcess) => Promise<void>;
  log: Logger;
  /** It ended and cannot be started again: whoever hears this has no database any more. */
  onLost?: (error: OperatorError) => void;
}

/** Right after a kill the old server's children may hold its memory for a moment, and a new one refuses to start. */
const TRIES = 5;
const PAUSE_MS = 500;
/** A server that ends again and again so soon after its start does so for a reason that starting it does not cure. */
const SHORT_LIFE_MS = 5_000;
const MOST_SHORT_LIVES = 3;

/** Starts the server again when it ends without being asked to. `stop` ends it for good. */
export function keepRunning({ server: first, start, stopServer, log, onLost }: KeepRunning): { stop(): Promise<void> } {
  let server = first;
  let stopping = false;
  let shortLives = 0;
  let restarting: Promise<void> = Promise.resolve();

  function watch(): void {
    const since = Date.now();
    server.once('exit', (code, signal) => {
      if (stopping) return;
      log.error({ code, signal }, 'the database ended; it is started again');
      shortLives = Date.now() - since < SHORT_LIFE_MS ? shortLives + 1 : 0;
      restarting = restart(signal ?? `exit code ${code}`);
    });
  }

  async function restart(end: string): Promise<void> {
    let failure: unknown = new Error(`it ended again and again, the last time by ${end}`);
    for (let left = shortLives > MOST_SHORT_LIVES ? 0 : TRIES; left > 0 && !stopping; left -= 1) {
      try {
        server = await start();
        log.info({}, 'the database was started again');
        // Stopped while it came up: nobody else would end it.
        if (stopping) return await stopServer(server);
        return watch();
      } catch (error) {
        failure = error;
        await sleep(PAUSE_MS);
      }
    }
    if (stopping) return;
    onLost?.(
      new OperatorError(
        `The database ended (${end}) and does not start again: ${reasonOf(failure)} ` +
          'Nothing that was acknowledged is lost. Put right what its log names, then start again.',
        { cause: failure },
      ),
    );
  }

  watch();
  return {
    async stop() {
      stopping = true;
      await restarting;
      await stopServer(server);
    },
  };
}
