import type { DeliveriesView, DeliveryView } from '@claude-codex/contracts';
import { listDeliveries } from '#lib/api/deliveries.ts';
import { OFFERED } from '#lib/features/forges/rows.ts';
import type { DeliveryFilter } from './filter.ts';

type Wanted = Pick<DeliveryFilter, 'event' | 'outcome' | 'repository'>;

/** The log of deliveries with one filter, read page after page. */
export class DeliveryList {
  /** Null: not read yet. */
  deliveries = $state.raw<readonly DeliveryView[] | null>(null);
  /** What there is to filter by, and what was refused; of the newest page that was read. */
  about = $state.raw<Omit<DeliveriesView, 'deliveries' | 'next'> | null>(null);
  next = $state.raw<string | null>(null);
  error = $state.raw<unknown>(null);
  asking = $state(false);
  #wanted: Wanted = { event: '', outcome: '', repository: '' };
  #reading = new AbortController();

  /** From the newest on; another filter is asked for in place of the one before. */
  async show(wanted: Wanted): Promise<void> {
    this.#wanted = wanted;
    await this.#read(undefined);
  }

  reload(): Promise<void> {
    return this.#read(undefined);
  }

  async older(): Promise<void> {
    if (this.next !== null) await this.#read(this.next);
  }

  stop(): void {
    this.#reading.abort();
  }

  async #read(before: string | undefined): Promise<void> {
    this.#reading.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.asking = true;
    this.error = null;
    const { event, outcome, repository } = this.#wanted;
    const query = { event: event || undefined, outcome: outcome || undefined, repository: repository || undefined };
    try {
      const { deliveries, next, ...about } = await listDeliveries(OFFERED, { ...query, before }, reading.signal);
      this.deliveries = before === undefined ? deliveries : [...(this.deliveries ?? []), ...deliveries];
      this.about = about;
      this.next = next;
    } catch (error) {
      if (!reading.signal.aborted) this.error = error;
    } finally {
      if (this.#reading === reading) this.asking = false;
    }
  }
}
