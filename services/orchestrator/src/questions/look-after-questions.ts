import type { Clock, EventStore, Log } from '@claude-codex/eventing';
import { followQuestions } from './follow-questions.ts';
import { settleQuestions } from './settle-questions.ts';

/** An answer is delivered, and a deadline noticed, no later than this after its time. */
const INTERVAL_MS = 500;

/** Follows the log and settles questions as their time comes. `directory` is where what is known of them is kept. */
export function lookAfterQuestions(ports: { store: EventStore; directory: string; clock: Clock; log: Log }): {
  stop(): Promise<void>;
} {
  const { clock, log } = ports;
  const stopping = new AbortController();
  const followed = followQuestions(ports);

  async function look(): Promise<void> {
    const open = followed.known;
    if (open === null || open.questions.size === 0) return;
    try {
      // What is not folded in yet may have settled a question.
      await followed.caughtUp();
      if (!stopping.signal.aborted) await settleQuestions(ports, open);
    } catch (error) {
      log.warn({ err: error }, 'questions could not be looked after; will retry');
    }
  }

  const looking = (async () => {
    while (!stopping.signal.aborted) {
      await look();
      await clock.sleep(INTERVAL_MS, stopping.signal);
    }
  })();

  return {
    async stop() {
      stopping.abort();
      await followed.stop();
      await looking;
    },
  };
}
