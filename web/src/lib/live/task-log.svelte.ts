import type { JournalItem, JournalPage } from '@claude-codex/contracts';
import type { Fetch } from '#lib/api/client.ts';
import { journalAfter, journalBefore, newestLog } from '#lib/api/tasks.ts';

export type LoggedItem = JournalItem & { readonly instanceId: string };
interface Place {
  readonly epoch: number;
  readonly seq: number;
}
/** How much of an instance's journal is here: from `first` on, in order up to `last`. */
interface Extent {
  first: Place;
  firstAt: string;
  /** What came live after it may have gaps. */
  last: Place;
  hasEarlier: boolean;
}

/** Turns are folded: few lines of them would show nothing new. */
const EARLIER_LINES = 1000;
const LIVE_BATCH_MS = 50;
const keyOf = (item: LoggedItem) => `${item.instanceId}.${item.epoch}.${item.record.seq}`;
const placeOf = (item: JournalItem): Place => ({ epoch: item.epoch, seq: item.record.seq });

/** What a task's instances said and did: the newest page of each first, earlier ones as somebody reads back. */
export class TaskLog {
  items = $state.raw<readonly LoggedItem[]>([]);
  status = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  error = $state.raw<unknown>(null);
  /** Before this time lines are missing, so nothing earlier can be shown in order. Null: everything is here. */
  from = $state<string | null>(null);
  loadingEarlier = $state(false);

  readonly #taskId: string;
  readonly #seen = new Set<string>();
  readonly #extents = new Map<string, Extent | 'empty' | 'loading'>();
  /** A gap was to be filled while a first page was still on its way. */
  #fillAgain = false;
  #pending: LoggedItem[] = [];
  #flush: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(taskId: string) {
    this.#taskId = taskId;
  }

  /** The newest page of the newest instance, which needs no other answer first. */
  async open(fetch?: Fetch): Promise<void> {
    this.status = 'loading';
    try {
      const page = await newestLog(this.#taskId, fetch);
      if (page.instanceId !== null) this.#takeNewest(page.instanceId, page);
    } catch (error) {
      this.error = error;
      this.status = 'failed';
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#flush);
  }

  /** Reads the newest page of every instance that has none yet. */
  async readNewest(instanceIds: readonly string[], fetch?: Fetch): Promise<void> {
    const missing = instanceIds.filter((id) => !this.#extents.has(id));
    for (const id of missing) this.#extents.set(id, 'loading');
    try {
      await Promise.all(missing.map(async (id) => this.#takeNewest(id, await journalBefore(id, null, 200, fetch))));
      this.status = 'ready';
      if (this.#fillAgain) await this.fillGaps();
    } catch (error) {
      for (const id of missing) if (this.#extents.get(id) === 'loading') this.#extents.delete(id);
      this.error = error;
      this.status = this.items.length > 0 ? 'ready' : 'failed';
    }
  }

  /** Lines are no events and are not replayed, so after a gap they are read from the last one known in order. */
  async fillGaps(): Promise<void> {
    this.#fillAgain = [...this.#extents.values()].includes('loading');
    try {
      await Promise.all([...this.#extents.keys()].map((id) => this.#readOn(id)));
    } catch (error) {
      // What is shown stays; the next connection fills the gap again.
      this.error = error;
    }
  }

  /** One page further back, of the instance whose missing lines are the newest. */
  async readEarlier(): Promise<void> {
    const next = this.#barrier();
    if (next === null || this.loadingEarlier) return;
    const [instanceId, extent] = next;
    this.loadingEarlier = true;
    try {
      const page = await journalBefore(instanceId, extent.first, EARLIER_LINES);
      const first = page.items[0];
      extent.hasEarlier = page.hasMore && first !== undefined;
      if (first !== undefined) {
        extent.first = placeOf(first);
        extent.firstAt = first.record.at;
      }
      this.#add(page.items.map((item) => ({ ...item, instanceId })));
    } finally {
      this.loadingEarlier = false;
    }
  }

  /** A line that came live; shown with those of the same moment. */
  queue(item: LoggedItem): void {
    this.#pending.push(item);
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      this.#add(this.#pending.splice(0));
    }, LIVE_BATCH_MS);
  }

  #takeNewest(instanceId: string, page: JournalPage): void {
    const [first, last] = [page.items[0], page.items.at(-1)];
    if (first === undefined || last === undefined) this.#extents.set(instanceId, 'empty');
    else {
      this.#extents.set(instanceId, {
        first: placeOf(first),
        firstAt: first.record.at,
        last: placeOf(last),
        hasEarlier: page.hasMore,
      });
    }
    this.#add(page.items.map((item) => ({ ...item, instanceId })));
  }

  async #readOn(instanceId: string): Promise<void> {
    let extent = this.#extents.get(instanceId);
    if (extent === 'loading') return;
    if (extent === 'empty' || extent === undefined) {
      this.#takeNewest(instanceId, await journalBefore(instanceId, null));
      extent = this.#extents.get(instanceId);
      if (typeof extent !== 'object') return;
    }
    for (let more = true; more && !this.#closed; ) {
      const page = await journalAfter(instanceId, extent.last);
      const last = page.items.at(-1);
      if (last !== undefined) extent.last = placeOf(last);
      this.#add(page.items.map((item) => ({ ...item, instanceId })));
      more = page.hasMore && last !== undefined;
    }
  }

  /** The instance whose unread lines are the newest of all unread ones. */
  #barrier(): readonly [string, Extent] | null {
    let found: readonly [string, Extent] | null = null;
    for (const [id, extent] of this.#extents) {
      if (typeof extent !== 'object' || !extent.hasEarlier) continue;
      if (found === null || extent.firstAt > found[1].firstAt) found = [id, extent];
    }
    return found;
  }

  #add(items: readonly LoggedItem[]): void {
    const fresh = items.filter((item) => !this.#seen.has(keyOf(item)));
    for (const item of fresh) this.#seen.add(keyOf(item));
    this.from = this.#barrier()?.[1].firstAt ?? null;
    if (fresh.length === 0) return;
    this.items = [...this.items, ...fresh].sort(
      (a, b) => a.record.at.localeCompare(b.record.at) || a.epoch - b.epoch || a.record.seq - b.record.seq,
    );
  }
}
