import type { EventView, TaskEventsPage } from '@claude-codex/contracts';
import { tellsOfCalls } from '@claude-codex/contracts/call-categories';
import type { Fetch } from '#lib/api/client.ts';
import { taskEventsBefore } from '#lib/api/tasks.ts';

export type TaskEvent = Pick<EventView, 'position' | 'type' | 'sentence' | 'at' | 'stream' | 'data'>;
/** Decisions are few and read with the page; those of every call are many and come when somebody asks for them. */
export type EventsOf = 'decisions' | 'all';

/** How far back each of the two is here: the position `before` which events are missing, null when none is. */
type Extents = Record<EventsOf, { before: number | null } | 'unread'>;

/** What happened in a task: the newest page first, earlier ones as somebody reads back. In order of the log. */
export class TaskEvents {
  items = $state.raw<readonly TaskEvent[]>([]);
  loadingEarlier = $state(false);
  #extents = $state.raw<Extents>({ decisions: 'unread', all: 'unread' });
  readonly #taskId: string;

  constructor(taskId: string) {
    this.#taskId = taskId;
  }

  /** The decisions that are here without a gap up to the newest. */
  get decisions(): readonly TaskEvent[] {
    return this.#since('decisions').filter(({ stream }) => !tellsOfCalls(stream));
  }

  /** All kinds, as far back as every one of them is here. */
  get all(): readonly TaskEvent[] {
    return this.#since('all');
  }

  hasEarlier(of: EventsOf): boolean {
    const extent = this.#extents[of];
    return extent === 'unread' || extent.before !== null;
  }

  /** The time before which decisions are missing; null when they are all here. */
  get from(): string | null {
    if (!this.hasEarlier('decisions')) return null;
    return this.decisions[0]?.at ?? null;
  }

  /** The newest page of decisions. What a reader has read back stays where the new page reaches it. */
  async readNewest(fetch?: Fetch): Promise<TaskEventsPage> {
    const page = await taskEventsBefore(this.#taskId, 'decisions', null, fetch);
    const newest = this.items.at(-1)?.position ?? 0;
    if (page.nextBefore !== null && page.nextBefore > newest) {
      this.items = [];
      this.#extents = { decisions: 'unread', all: 'unread' };
    }
    // Those of calls may have been missed meanwhile, so they are read again by whoever looks at them.
    this.#extents = { ...this.#extents, all: 'unread' };
    if (this.#extents.decisions === 'unread' || page.nextBefore === null) this.#reached('decisions', page.nextBefore);
    this.#put(page.events);
    return page;
  }

  /** One page further back. */
  async readEarlier(of: EventsOf): Promise<void> {
    const extent = this.#extents[of];
    if (this.loadingEarlier || !this.hasEarlier(of)) return;
    this.loadingEarlier = true;
    try {
      const page = await taskEventsBefore(this.#taskId, of, extent === 'unread' ? null : extent.before);
      this.#put(page.events);
      this.#reached(of, page.nextBefore);
    } finally {
      this.loadingEarlier = false;
    }
  }

  /** An event that came live. */
  add(event: TaskEvent): void {
    this.#put([event]);
  }

  #since(of: EventsOf): readonly TaskEvent[] {
    const extent = this.#extents[of];
    if (extent === 'unread') return [];
    const { before } = extent;
    return before === null ? this.items : this.items.filter(({ position }) => position >= before);
  }

  #reached(of: EventsOf, before: number | null): void {
    this.#extents = { ...this.#extents, [of]: { before } };
  }

  #put(events: readonly TaskEvent[]): void {
    const [first] = events;
    if (first === undefined) return;
    const last = this.items.at(-1);
    if (last === undefined || first.position > last.position) {
      this.items = [...this.items, ...events];
      return;
    }
    const known = new Set(this.items.map(({ position }) => position));
    const fresh = events.filter(({ position }) => !known.has(position));
    if (fresh.length > 0) this.items = [...this.items, ...fresh].sort((a, b) => a.position - b.position);
  }
}
