import type { EventView, JournalItem, TaskView } from '@claude-codex/contracts';
import { ApiProblem } from '#lib/api/client.ts';
import { getTask, journal, taskEvents } from '#lib/api/tasks.ts';
import { LiveStream, type ReadAt } from './stream.svelte.ts';
import { workspace } from './workspace.svelte.ts';

export type TaskEvent = Pick<EventView, 'position' | 'type' | 'sentence' | 'at' | 'stream' | 'data'>;
export type LoggedItem = JournalItem & { readonly instanceId: string };

const keyOf = (item: LoggedItem) => `${item.instanceId}.${item.epoch}.${item.record.seq}`;

/** One task page: the task itself, its events and its instances' journals, kept true by the task's stream. */
export class TaskFeed {
  readonly id: string;
  task = $state.raw<TaskView | null>(null);
  status = $state<'loading' | 'ready' | 'missing' | 'failed'>('loading');
  error = $state.raw<unknown>(null);
  events = $state.raw<readonly TaskEvent[]>([]);
  log = $state.raw<readonly LoggedItem[]>([]);
  journalStatus = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  stream = $state.raw<LiveStream | null>(null);

  #readAt: ReadAt | null = null;
  #seen = new Set<string>();
  #pending: LoggedItem[] = [];
  #flush: ReturnType<typeof setTimeout> | undefined;
  #wantsJournal = false;
  #loaded = new Set<string>();
  /** The last record of each journal that was read in order; what came live after it may have gaps. */
  #readUntil = new Map<string, { epoch: number; seq: number }>();
  #closed = false;

  constructor(id: string) {
    this.id = id;
  }

  async open(): Promise<void> {
    try {
      await this.#read();
      if (this.#closed) return;
      this.status = 'ready';
      this.#listen();
    } catch (error) {
      this.error = error;
      this.status = error instanceof ApiProblem && error.status === 404 ? 'missing' : 'failed';
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#flush);
    this.stream?.close();
  }

  /** Reads the task at once, for what the person just did; the stream brings the same a moment later. */
  async refresh(position?: number): Promise<void> {
    this.#take(await getTask(this.id, position));
  }

  /** Activity needs the journal; other tabs do not, and so do not load it. */
  async needJournal(): Promise<void> {
    this.#wantsJournal = true;
    if (this.task !== null) await this.#loadJournals(this.task);
  }

  async #read(): Promise<void> {
    const [task, page] = await Promise.all([getTask(this.id), taskEvents(this.id, 0)]);
    this.#take(task);
    const epoch = task.epoch ?? workspace.session?.server.epoch;
    this.#readAt = epoch === undefined ? null : { epoch, position: task.position };
    this.events = page.events;
    let after = page.nextAfter;
    while (after !== null) {
      const next = await taskEvents(this.id, after);
      this.events = [...this.events, ...next.events];
      after = next.nextAfter;
    }
  }

  #listen(): void {
    this.stream = new LiveStream({
      url: `/api/tasks/${this.id}/stream`,
      readAt: () => this.#readAt,
      onRefused: () => location.assign('/login'),
      handlers: {
        task: (data) => this.#take(data as TaskView),
        event: (data) => this.#addEvent(data as TaskEvent),
        log: (data) => this.#queueLog(data as LoggedItem),
        hello: () => void this.#fillJournals(),
        reset: () => void this.#resync(),
      },
    });
    this.stream.open();
  }

  #take(task: TaskView): void {
    if (this.task !== null && task.position < this.task.position) return;
    this.task = task;
    if (this.#wantsJournal) void this.#loadJournals(task);
  }

  #addEvent(event: TaskEvent): void {
    const last = this.events.at(-1);
    if (last === undefined || event.position > last.position) this.events = [...this.events, event];
  }

  /** Journal records are no events and are not replayed, so after a gap they are read from the last one known. */
  async #fillJournals(): Promise<void> {
    if (!this.#wantsJournal || this.task === null) return;
    this.#loaded.clear();
    await this.#loadJournals(this.task);
  }

  async #loadJournals(task: TaskView): Promise<void> {
    const missing = task.instances.filter((instance) => !this.#loaded.has(instance.id));
    for (const instance of missing) this.#loaded.add(instance.id);
    if (this.journalStatus === 'idle') this.journalStatus = missing.length === 0 ? 'ready' : 'loading';
    try {
      await Promise.all(missing.map((instance) => this.#readJournal(instance.id)));
      if (missing.length > 0) this.journalStatus = 'ready';
    } catch (error) {
      for (const instance of missing) this.#loaded.delete(instance.id);
      this.error = error;
      this.journalStatus = this.log.length > 0 ? 'ready' : 'failed';
    }
  }

  async #readJournal(instanceId: string): Promise<void> {
    let after = this.#readUntil.get(instanceId) ?? null;
    for (let more = true; more && !this.#closed; ) {
      const page = await journal(instanceId, after);
      this.#add(page.items.map((item) => ({ ...item, instanceId })));
      const last = page.items.at(-1);
      if (last !== undefined) {
        after = { epoch: last.epoch, seq: last.record.seq };
        this.#readUntil.set(instanceId, after);
      }
      more = page.hasMore && last !== undefined;
    }
  }

  #queueLog(item: LoggedItem): void {
    this.#pending.push(item);
    this.#flush ??= setTimeout(() => {
      this.#flush = undefined;
      this.#add(this.#pending.splice(0));
    }, 50);
  }

  #add(items: readonly LoggedItem[]): void {
    const fresh = items.filter((item) => !this.#seen.has(keyOf(item)));
    if (fresh.length === 0) return;
    for (const item of fresh) this.#seen.add(keyOf(item));
    this.log = [...this.log, ...fresh].sort(
      (a, b) => a.record.at.localeCompare(b.record.at) || a.epoch - b.epoch || a.record.seq - b.record.seq,
    );
  }

  async #resync(): Promise<void> {
    try {
      await this.#read();
      this.stream?.restart();
    } catch (error) {
      // The stream notices the same fault and its next `reset` brings us here again.
      this.error = error;
    }
  }
}
