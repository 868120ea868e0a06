import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { type Clock, type EventStore, followLog, type Log } from '@claude-codex/eventing';
import { OpenQuestions } from './open-questions.ts';
import { settleQuestions } from './settle-questions.ts';

/** An answer is delivered, and a deadline noticed, no later than this after its time. */
const INTERVAL_MS = 500;

/** Follows the log and settles questions as their time comes. */
export function lookAfterQuestions(ports: { store: EventStore; clock: Clock; log: Log }): { stop(): Promise<void> } {
  const { clock, log } = ports;
  const open = new OpenQuestions();
  const stopping = new AbortController();
  const followed = followLog({
    ...ports,
    take: (events) => {
      for (const event of events as readonly RecordedDomainEvent[]) open.apply(event);
    },
  });

  async function look(): Promise<void> {
    try {
      // What is not folded in yet may have settled a question.
      if (open.questions.size > 0) await followed.caughtUp();
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
