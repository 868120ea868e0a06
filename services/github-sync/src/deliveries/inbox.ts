import type { DeliveryResult, DeliveryToHandle, SettleDeliveryRequest } from '@claude-codex/contracts';
import type { Clock } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Looked } from '../desk/desk.ts';
import type { WorthALook } from '../webhooks/what-to-look-at.ts';
import { createLooking } from './looking.ts';

/** Deliveries that are stored, on their way from `waiting` to what became of them. */
export interface Inbox {
  /** One that is at work here already stays as it is. */
  take(delivery: DeliveryToHandle): void;
  /** A pull request was gone on with or comments were heard, or could not be. */
  looked(look: Looked): void;
  stop(): Promise<void>;
}

export interface InboxParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Null as long as the log is still being read: deliveries wait. */
  worthALook(delivery: { readonly event: string; readonly payload: unknown }): WorthALook | null;
  /** Has them looked at. */
  look(found: Pick<WorthALook, 'pullRequestIds' | 'repositoryIds'>): void;
  settle(result: SettleDeliveryRequest): Promise<void>;
}

const TICK_MS = 50;
/** What cannot be written down now is tried again after so long. */
const AGAIN_MS = 2_000;
const FAULT = 'A fault on our side; see the log of github-sync. It is tried again for a day.';

/**
 * Handles each delivery once it is stored: what it is about is looked at, and what became of that is written down. What
 * is in memory here is lost with the process, and handed over again when it starts.
 */
export function openInbox(parts: InboxParts): Inbox {
  const { clock, log } = parts;
  const waiting = new Map<string, DeliveryToHandle>();
  /** Not written down yet; only the newest of each counts. */
  const results = new Map<string, DeliveryResult>();
  const settled = (handlingId: string, result: DeliveryResult) => void results.set(handlingId, result);
  const looking = createLooking({ now: () => clock.now(), settled });
  const stopping = new AbortController();
  let writesFrom = 0;

  /** @returns false while the log is still being read */
  function begin({ handlingId, event, payload }: DeliveryToHandle): boolean {
    try {
      const found = parts.worthALook({ event, payload: JSON.parse(payload) });
      if (found === null) return false;
      if (found.pullRequestIds.length + found.repositoryIds.length === 0) {
        settled(handlingId, { outcome: 'no_effect', detail: found.detail, pullRequestIds: [], tries: 0 });
        return true;
      }
      // First, so that a look that is over in a moment is not missed.
      looking.begin(handlingId, found);
      parts.look(found);
    } catch (error) {
      log.error({ err: error, handlingId, event }, 'a delivery could not be handled');
      settled(handlingId, { outcome: 'failed', detail: FAULT, pullRequestIds: [], tries: 1 });
    }
    return true;
  }

  async function write(): Promise<void> {
    if (clock.now() < writesFrom) return;
    for (const [handlingId, result] of results) {
      try {
        await parts.settle({ handlingId, ...result });
        if (results.get(handlingId) === result) results.delete(handlingId);
      } catch (error) {
        writesFrom = clock.now() + AGAIN_MS;
        log.warn({ err: error, waiting: results.size }, 'what became of deliveries cannot be written down; will retry');
        return;
      }
    }
  }

  function handle(): void {
    for (const [handlingId, delivery] of waiting) {
      if (!begin(delivery)) return;
      waiting.delete(handlingId);
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      handle();
      await write();
      await clock.sleep(TICK_MS, stopping.signal);
    }
    await write();
  })();

  return {
    take(delivery) {
      if (looking.has(delivery.handlingId) || results.has(delivery.handlingId)) return;
      waiting.set(delivery.handlingId, delivery);
    },
    looked: (look) => looking.looked(look),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
