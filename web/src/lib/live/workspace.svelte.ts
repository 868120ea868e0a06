import type { AttentionItem, RepositoryView, SessionView, TaskCard } from '@claude-codex/contracts';
import { may, ROUTES, type Route } from '@claude-codex/contracts/access';
import { listAttention } from '#lib/api/answers.ts';
import type { Fetch } from '#lib/api/client.ts';
import { listRepositories } from '#lib/api/repositories.ts';
import { getSession } from '#lib/api/session.ts';
import { listTasks, board as readBoard } from '#lib/api/tasks.ts';
import { earliest, supersedes } from './resume.ts';
import { LiveStream, type ReadAt } from './stream.svelte.ts';

/** A page that watches one task over the workspace's own stream: a browser allows few open connections to a server. */
interface Follower {
  readonly taskId: string;
  readonly readAt: ReadAt | null;
  readonly handlers: Readonly<
    Record<'task_view' | 'event' | 'log' | 'hello' | 'task_removed', (data: unknown) => void>
  >;
  /** Reads everything again; gives the place that is true now. */
  readonly resync: () => Promise<ReadAt | null>;
}

type Loading = 'idle' | 'loading' | 'ready' | 'failed';

/**
 * What this person sees of the workspace, kept true by one stream. Rows are whole and replaced by key; frames of one
 * burst are folded into plain maps and shown once per frame of the screen, which keeps 10,000 tasks smooth.
 */
export class Workspace {
  session = $state.raw<SessionView | null>(null);
  status = $state<Loading>('idle');
  error = $state.raw<unknown>(null);
  costTodayUsd = $state(0);
  /** Tasks per column, loaded or not: as counted by the server, and moved along with every change since. */
  counts = $state.raw<Readonly<Record<string, number>>>({});
  stream = $state.raw<LiveStream | null>(null);
  /** Tasks whose state just changed, for a short highlight. */
  arrived = $state.raw<ReadonlySet<string>>(new Set());

  #tasks = new Map<string, TaskCard>();
  #attention = new Map<string, AttentionItem>();
  #repositories = new Map<string, RepositoryView>();
  #readAt: ReadAt | null = null;
  #follower: Follower | null = null;
  /** Where the followed task was read last. */
  #followedAt: ReadAt | null = null;
  #version = $state(0);
  #frame: number | undefined;
  #changed = new Set<string>();
  #cursors = new Map<string, { next: string } | 'end' | 'loading'>();

  readonly tasks = $derived.by(() => this.#list(this.#tasks));
  readonly attention = $derived.by(() =>
    this.#list(this.#attention).sort((a, b) => a.openedAt.localeCompare(b.openedAt)),
  );
  readonly repositories = $derived.by(() =>
    this.#list(this.#repositories)
      .filter((repository) => repository.status !== 'removed')
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  /** Whether the server would let this person do that: nobody is offered what is refused. */
  may(route: Route): boolean {
    return may(this.session?.person ?? null, ROUTES[route]);
  }
  /** May do what work with tasks is made of. */
  readonly canEdit = $derived(this.may('POST /api/tasks'));
  readonly isOwner = $derived(this.session?.person?.role === 'owner');

  /** Who someone is by id; an id nobody has any more reads as a former member. */
  nameOf(userId: string | null): string {
    if (userId === null) return 'nobody';
    const member = this.session?.members.find((person) => person.id === userId);
    return member?.name ?? (userId === this.session?.person?.id ? this.session.person.name : 'a former member');
  }

  task(id: string): TaskCard | undefined {
    void this.#version;
    return this.#tasks.get(id);
  }

  repository(id: string): RepositoryView | undefined {
    void this.#version;
    return this.#repositories.get(id);
  }

  async loadSession(fetch?: Fetch): Promise<SessionView> {
    this.session = await getSession(fetch);
    return this.session;
  }

  /** Reads the pages once. Called again it only returns. */
  async start(fetch?: Fetch): Promise<void> {
    if (this.status === 'loading' || this.status === 'ready') return;
    // A page that tries again by itself keeps saying why it has to.
    if (this.status !== 'failed') this.status = 'loading';
    try {
      await this.#read(fetch);
      this.status = 'ready';
    } catch (error) {
      this.error = error;
      this.status = 'failed';
    }
  }

  /** Opens the stream, once, from where the pages were read; before that it waits for them. */
  listen(): void {
    if (this.status === 'ready' && this.stream === null) this.#open();
  }

  /** Forgets everything, for signing out. */
  stop(): void {
    this.stream?.close();
    this.stream = null;
    this.session = null;
    this.status = 'idle';
    this.#readAt = null;
    for (const map of [this.#tasks, this.#attention, this.#repositories]) map.clear();
    this.#version++;
  }

  putTasks(cards: readonly TaskCard[]): void {
    for (const card of cards) put(this.#tasks, card);
    this.#version++;
  }

  /** The next page of a column, for whoever scrolls to the end of what is loaded. */
  async loadColumn(column: string): Promise<void> {
    const known = this.#cursors.get(column);
    if (known === 'end' || known === 'loading') return;
    this.#cursors.set(column, 'loading');
    try {
      const page = await listTasks({ column, limit: 200, ...(known === undefined ? {} : { cursor: known.next }) });
      this.#cursors.set(column, page.nextCursor === null ? 'end' : { next: page.nextCursor });
      this.putTasks(page.tasks);
    } catch (error) {
      if (known === undefined) this.#cursors.delete(column);
      else this.#cursors.set(column, known);
      throw error;
    }
  }

  /** Adds one task to the stream until the returned function is called; a second follower replaces the first. */
  follow(follower: Follower): () => void {
    this.#follower = follower;
    this.#followedAt = follower.readAt;
    this.stream?.reopen(follower.readAt);
    return () => {
      if (this.#follower !== follower) return;
      this.#follower = null;
      this.#followedAt = null;
      this.stream?.reopen(null);
    };
  }

  async #read(fetch?: Fetch): Promise<void> {
    const [board, attention, repositories] = await Promise.all([
      readBoard(fetch),
      listAttention(fetch),
      listRepositories(fetch),
    ]);
    replace(this.#tasks, board.tasks);
    replace(this.#attention, attention.items);
    replace(this.#repositories, repositories.repositories);
    this.costTodayUsd = board.costTodayUsd;
    this.counts = board.counts;
    this.#cursors.clear();
    // The earliest of the reads: a frame that is applied twice does no harm, one that is missed does.
    const position = Math.min(board.position, attention.position, repositories.position);
    this.#readAt = { epoch: board.epoch, position };
    this.#version++;
  }

  #open(): void {
    this.stream = new LiveStream({
      url: () => (this.#follower === null ? '/api/stream' : `/api/stream?task=${this.#follower.taskId}`),
      readAt: () => (this.#readAt === null ? null : (earliest(this.#readAt, this.#followedAt) ?? this.#readAt)),
      onRefused: () => location.assign('/login'),
      handlers: {
        task: (data) => this.#queueTask(data as TaskCard),
        task_removed: (data) => {
          const { id } = data as { id: string };
          this.#dropTask(id);
          if (this.#follower?.taskId === id) this.#follower.handlers.task_removed(data);
        },
        attention: (data) => this.#queue(this.#attention, data as AttentionItem),
        attention_closed: (data) => this.#drop(this.#attention, data as { id: string }),
        repository: (data) => this.#queue(this.#repositories, data as RepositoryView),
        hello: (data) => {
          this.costTodayUsd = (data as { costTodayUsd: number }).costTodayUsd;
          this.#follower?.handlers.hello(data);
        },
        task_view: (data) => this.#follower?.handlers.task_view(data),
        event: (data) => this.#follower?.handlers.event(data),
        log: (data) => this.#follower?.handlers.log(data),
        reset: () => void this.#resync(),
      },
    });
    this.stream.open();
  }

  async #resync(): Promise<void> {
    try {
      const [, followedAt] = await Promise.all([this.#read(), this.#follower?.resync() ?? null]);
      this.#followedAt = this.#follower === null ? null : followedAt;
      this.stream?.restart();
    } catch (error) {
      // The stream is about to notice the same fault and says so; its next `reset` brings us here again.
      this.error = error;
    }
  }

  #queue<T extends { id: string; position: number }>(map: Map<string, T>, row: T): void {
    const known = map.get(row.id);
    if (!supersedes(row, known)) return;
    map.set(row.id, row);
    this.#schedule();
  }

  #queueTask(card: TaskCard): void {
    const known = this.#tasks.get(card.id);
    if (!supersedes(card, known)) return;
    this.costTodayUsd += Math.max(0, card.costUsd - (known?.costUsd ?? 0));
    if (known?.column !== card.column) this.#count(known?.column, card.column);
    if (known?.state !== card.state) this.#changed.add(card.id);
    this.#queue(this.#tasks, card);
  }

  #dropTask(id: string): void {
    this.#count(this.#tasks.get(id)?.column, undefined);
    this.#drop(this.#tasks, { id });
  }

  #count(from: string | undefined, to: string | undefined): void {
    const counts = { ...this.counts };
    if (from !== undefined) counts[from] = Math.max(0, (counts[from] ?? 0) - 1);
    if (to !== undefined) counts[to] = (counts[to] ?? 0) + 1;
    this.counts = counts;
  }

  #drop<T>(map: Map<string, T>, row: { id: string }): void {
    if (map.delete(row.id)) this.#schedule();
  }

  #schedule(): void {
    if (this.#frame !== undefined) return;
    const show = () => {
      this.#frame = undefined;
      this.arrived = this.#changed;
      this.#changed = new Set();
      this.#version++;
    };
    // A hidden tab gets no animation frames, yet its title shows the count.
    this.#frame = document.hidden ? (setTimeout(show, 100) as unknown as number) : requestAnimationFrame(show);
  }

  #list<T>(map: Map<string, T>): T[] {
    void this.#version;
    return [...map.values()];
  }
}

function put<T extends { id: string; position: number }>(map: Map<string, T>, row: T): void {
  if (supersedes(row, map.get(row.id))) map.set(row.id, row);
}

function replace<T extends { id: string; position: number }>(map: Map<string, T>, rows: readonly T[]): void {
  const keep = new Set(rows.map((row) => row.id));
  for (const id of map.keys()) if (!keep.has(id)) map.delete(id);
  for (const row of rows) put(map, row);
}
