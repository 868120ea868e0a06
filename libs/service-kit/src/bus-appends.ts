import type { AppendRequest, AppendResult } from '@claude-codex/contracts/envelope';
import { AppendAnswers } from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import { BusRemoteError } from './bus.ts';
import { type AskText, asEventStoreError } from './bus-ask.ts';
import { createCoalescer, type Outcome } from './coalescer.ts';

interface Append {
  /** The request as JSON. */
  text: string;
  /** In bytes: what a NATS message counts, and its limit is 1 MiB. */
  length: number;
}

const LIMITS = {
  maxLength: 512 * 1024,
  /** With one call at a time a lost message would hold up every writer of this process until it is asked for again. */
  maxCalls: 8,
};

/**
 * Appends over the bus. What is asked for while others are under way travels with the next message: a message costs
 * about as much as checking and storing an event, so a busy writer would pay twice. Each append has its own outcome.
 */
export function createBusAppends(askText: AskText): (request: AppendRequest) => Promise<AppendResult> {
  async function send(items: readonly Append[], since: number): Promise<Outcome<AppendResult>[]> {
    const text = `[${items.map((item) => item.text).join(',')}]`;
    try {
      const answers = await askText(subjects.eventStore.append, text, AppendAnswers, performance.now() - since);
      return answers.map((answer) => ('result' in answer ? answer : { error: refused(answer.error) }));
    } catch (error) {
      return items.map(() => ({ error }));
    }
  }

  const coalescer = createCoalescer<Append, AppendResult>(send, LIMITS);
  return async (request) => {
    const text = JSON.stringify(request);
    return coalescer.add({ text, length: Buffer.byteLength(text) });
  };
}

function refused({ code, detail }: { code: string; detail: unknown }): Error {
  return asEventStoreError(new BusRemoteError(code, detail));
}
