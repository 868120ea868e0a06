import type { ArrivedDelivery } from '@claude-codex/contracts';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { Inbox } from './inbox.ts';
import type { DeliveryJournal } from './journal.ts';

/** Stores a delivery and has it handled, unless it came before. `text`: its payload. */
export type TakeDelivery = (
  arrived: Omit<ArrivedDelivery, 'provider'>,
  text: string,
) => Promise<'waiting' | 'repeated'>;

/** Throws a problem when it cannot be stored now: GitHub shows it as failed then, and it is found by its list. */
export function createTake(journal: Pick<DeliveryJournal, 'keep'>, inbox: Pick<Inbox, 'take'>): TakeDelivery {
  return async (arrived, text) => {
    const { handlingId, isRepeated } = await keep(arrived);
    if (isRepeated) return 'repeated';
    inbox.take({ handlingId, event: arrived.event, payload: text });
    return 'waiting';
  };

  async function keep(arrived: Omit<ArrivedDelivery, 'provider'>) {
    try {
      return await journal.keep(arrived);
    } catch (cause) {
      throw new Problem('NOT_READY', { detail: 'This cannot be stored now. Send it again later.', cause });
    }
  }
}
