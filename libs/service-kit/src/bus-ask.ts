import { type Clock, EVENT_STORE_ERRORS, EventStoreError, type EventStoreErrorCode } from '@claude-codex/eventing';
import { z } from 'zod';
import { type Bus, BusNoResponder, BusRemoteError, BusTimeout } from './bus.ts';
import { requestText } from './bus-json.ts';
import { systemClock } from './clock.ts';

export interface AskOptions {
  bus: Bus;
  clock?: Clock;
  /** One try. Default 5 s. */
  timeoutMs?: number;
  /** All tries together; then EVENT_STORE_UNAVAILABLE. Default 15 s. */
  deadlineMs?: number;
}

/** Asks with JSON text. `waitedMs` is what of the deadline has passed before. */
export type AskText = <Schema extends z.ZodType>(
  subject: string,
  text: string,
  schema: Schema,
  waitedMs?: number,
) => Promise<z.output<Schema>>;

export interface Asker {
  ask<Schema extends z.ZodType>(subject: string, body: unknown, schema: Schema): Promise<z.output<Schema>>;
  askText: AskText;
}

const PAUSES_MS = [20, 50, 100, 250, 500];

/** Asks the event store. Every request to it may be repeated without harm, so a lost answer is asked for again. */
export function createAsk({ bus, clock = systemClock, timeoutMs = 5_000, deadlineMs = 15_000 }: AskOptions): Asker {
  const askText: AskText = async (subject, text, schema, waitedMs = 0) => {
    const until = clock.now() + deadlineMs - waitedMs;
    for (let tried = 0; ; tried += 1) {
      try {
        const left = Math.max(until - clock.now(), 1);
        return await requestText(bus, subject, text, schema, { timeoutMs: Math.min(timeoutMs, left) });
      } catch (error) {
        if (error instanceof BusRemoteError) throw asEventStoreError(error);
        if (!(error instanceof BusTimeout || error instanceof BusNoResponder)) throw error;
        if (clock.now() >= until) throw new EventStoreError('EVENT_STORE_UNAVAILABLE', { subject }, { cause: error });
        await clock.sleep(PAUSES_MS[Math.min(tried, PAUSES_MS.length - 1)] ?? 0);
      }
    }
  };
  return { askText, ask: (subject, body, schema) => askText(subject, JSON.stringify(body), schema) };
}

/** What the store refused over there, as the error it would have thrown here. */
export function asEventStoreError(error: BusRemoteError): Error {
  if (!isEventStoreErrorCode(error.code)) return error;
  const details = z.record(z.string(), z.unknown()).safeParse(error.detail);
  return new EventStoreError(error.code, details.success ? details.data : {}, { cause: error });
}

function isEventStoreErrorCode(code: string): code is EventStoreErrorCode {
  return (EVENT_STORE_ERRORS as readonly string[]).includes(code);
}
