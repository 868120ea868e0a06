import type { ArrivedDelivery } from '@claude-codex/contracts';
import type { Clock } from '@claude-codex/eventing';
import { type Logger, runWork } from '@claude-codex/service-kit';
import { createConditional } from '../api/conditional.ts';
import type { AsApp } from '../connections/as-app.ts';
import { createFailures } from '../desk/failures.ts';
import { describeDelivery } from '../webhooks/arrived.ts';
import { type ListedDelivery, listDeliveries, payloadOf } from './forge-list.ts';
import type { DeliveryJournal } from './journal.ts';

export interface ReconcileParts {
  readonly journal: Pick<DeliveryJournal, 'unknown' | 'handOver'>;
  /** Of apps with a webhook. */
  credentialIds(): Promise<readonly string[]>;
  readonly asApp: AsApp;
  take(arrived: Omit<ArrivedDelivery, 'provider'>, text: string): Promise<unknown>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly everyMs: number;
}

/** So far back the first look goes; what is older was seen by looking at the pull requests themselves. */
const FIRST_LOOK_MS = 24 * 3_600_000;
/** Looks overlap, because a delivery is listed a while after its time. */
const OVERLAP_MS = 10 * 60_000;
/** Among the failures, beside the credentials. */
const NOBODY_TELLS = 'which';
/** Read at once; the others come with the next look. */
const AT_ONCE = 50;

/**
 * Finds what GitHub delivered and we never got, by its own list: at the start and again and again, for apps of ours (a
 * webhook that a person made has no list we may read; the pull requests are looked at anyway). Each is taken as if it had
 * come: it says what is worth a look and nothing more. What nothing became of before is handled again as well.
 */
export function startReconciling(parts: ReconcileParts): () => Promise<void> {
  const { clock, log, journal } = parts;
  const ask = createConditional();
  const stopping = new AbortController();
  const lookedAt = new Map<string, number>();
  /** By credential, when it is looked for next, in ms since 1970. */
  const looks = new Map<string, number>();
  const failures = createFailures(clock);
  /** When what nothing became of is handed over again; 0 until that was done once. */
  let handOverAt = 0;

  async function reconcile(credentialId: string): Promise<void> {
    const now = clock.now();
    const client = await parts.asApp(credentialId);
    if (client === null) return;
    const { octokit } = client;
    const since = lookedAt.get(credentialId) ?? now - FIRST_LOOK_MS;
    const listed = await listDeliveries(octokit, ask, { name: credentialId, since, now });
    const missed = await missedOf(listed);
    if (missed.length > 0) {
      await runWork(log, 'missed-deliveries', { missed: missed.length }, async () => {
        for (const one of missed.toSpliced(AT_ONCE)) await takeIn(one);
      });
    }
    if (missed.length <= AT_ONCE) lookedAt.set(credentialId, now - OVERLAP_MS);

    async function takeIn({ id, guid, event }: ListedDelivery): Promise<void> {
      const text = await payloadOf(octokit, { id }, now);
      if (text === null) return;
      const bytes = Buffer.byteLength(text);
      const payload: unknown = JSON.parse(text);
      await parts.take(describeDelivery({ guid, event, signedWith: 'api', bytes, text, payload }), text);
    }
  }

  /** A redelivery has the id of the first; the newest is enough. */
  async function missedOf(listed: readonly ListedDelivery[]): Promise<ListedDelivery[]> {
    const byGuid = new Map(listed.toReversed().map((one) => [one.guid, one]));
    const unknown: string[] = [];
    const guids = [...byGuid.keys()];
    for (let from = 0; from < guids.length; from += 1_000) {
      unknown.push(...(await journal.unknown(guids.slice(from, from + 1_000))));
    }
    return unknown.flatMap((guid) => byGuid.get(guid) ?? []);
  }

  /** What one app's look came to is nothing to the others: GitHub may refuse that one for good. */
  async function lookFor(credentialId: string): Promise<void> {
    if ((looks.get(credentialId) ?? 0) > clock.now()) return;
    try {
      await reconcile(credentialId);
      looks.set(credentialId, clock.now() + parts.everyMs);
      failures.forget(credentialId);
    } catch (error) {
      const { failed, retryAt } = failures.add(credentialId, error);
      log.warn({ err: error, credentialId, failed }, 'deliveries that never came could not be looked for; will retry');
      looks.set(credentialId, retryAt);
    }
  }

  /** @returns ms until the next */
  async function round(): Promise<number> {
    if (handOverAt <= clock.now()) {
      await journal.handOver(handOverAt === 0 ? 0 : parts.everyMs);
      handOverAt = clock.now() + parts.everyMs;
    }
    const credentialIds = await parts.credentialIds();
    for (const credentialId of credentialIds) await lookFor(credentialId);
    for (const known of looks.keys()) {
      if (credentialIds.includes(known)) continue;
      looks.delete(known);
      failures.forget(known);
    }
    const next = Math.min(handOverAt, ...looks.values());
    return Math.max(next - clock.now(), 0);
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      const wait = await round().then(
        (next) => {
          failures.forget(NOBODY_TELLS);
          return next;
        },
        (error: unknown) => {
          const { failed, retryAt } = failures.add(NOBODY_TELLS, error);
          log.warn({ err: error, failed }, 'nobody tells which deliveries are to be looked for; will retry');
          return retryAt - clock.now();
        },
      );
      await clock.sleep(wait, stopping.signal);
    }
  })();

  return async () => {
    stopping.abort();
    await running;
  };
}
