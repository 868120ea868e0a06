import type { BoardColumn, SessionView, TaskCard } from '@claude-codex/contracts';
import { may, ROUTES, type Route } from '@claude-codex/contracts/access';
import { forgePersonName } from '@claude-codex/contracts/forge-people';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import { costRow, PART_ROWS } from '@claude-codex/contracts/live/task-page';
import type { Fetch } from '#lib/api/client.ts';
import { listRows } from '#lib/api/rows.ts';
import { getSession } from '#lib/api/session.ts';
import { listTasks, board as readBoard } from '#lib/api/tasks.ts';
import { knownKinds, type LiveBody, type LiveKind, LiveRows } from './live-rows.svelte.ts';
import { earliest } from './resume.ts';
import { LiveStream, type ReadAt } from './stream.svelte.ts';

/** A page that watches one task over the workspace's own stream: a browser allows few open connections to a server. */
interface Follower {
  readonly taskId: string;
  readonly readAt: ReadAt | null;
  readonly handlers: Readonly<Record<'event' | 'log' | 'hello' | 'task_removed', (data: unknown) => void>> & {
    readonly row: (kind: string, body: LiveBody) => void;
    readonly row_gone: (kind: string, id: string) => void;
  };
  /** Reads everything again; gives the place that is true now. */
  readonly resync: () => Promise<ReadAt | null>;
}

type Loading = 'idle' | 'loading' | 'ready' | 'failed';

/**
 * What this person sees of the workspace, kept true by one stream: who they are, the board, and the rows of every kind
 * that a feature has made known.
 */
export class Workspace {
  session = $state.raw<SessionView | null>(null);
  status = $state<Loading>('idle');
  error = $state.raw<unknown>(null);
  costTodayUsd = $state(0);
  /** Tasks per column, loaded or not: as counted by the server, and moved along with every change since. */
  counts = $state.raw<Readonly<Partial<Record<BoardColumn, number>>>>({});
  stream = $state.raw<LiveStream | null>(null);
  /** Tasks whose state just changed, for a short highlight. */
  arrived = $state.raw<ReadonlySet<string>>(new Set());

  readonly #cards = new LiveRows<TaskCard>({}, () => {
    this.arrived = this.#changed;
    this.#changed = new Set();
  });
  readonly #rows = new Map<LiveKind<never>, LiveRows<LiveBody>>();
  /** How often rows were read. What is derived from rows that it made known itself does not follow them before. */
  #reads = $state(0);
  #readAt: ReadAt | null = null;
  #follower: Follower | null = null;
  /** Where the followed task was read last. */
  #followedAt: ReadAt | null = null;
  #changed = new Set<string>();
  readonly #costs = new Map<string, number>();
  #cursors = new Map<BoardColumn, { next: string } | 'end' | 'loading'>();

  /** Whether the server would let this person do that: nobody is offered what is refused. */
  may(route: Route): boolean {
    return may(this.session?.person ?? null, ROUTES[route]);
  }
  /** May do what work with tasks is made of. */
  readonly canEdit = $derived(this.may('POST /api/tasks'));
  readonly isOwner = $derived(this.session?.person?.role === 'owner');

  /** Who someone is by id, also of those who act from a forge; an id nobody has any more reads as a former member. */
  nameOf(userId: string | null): string {
    if (userId === null) return 'nobody';
    const member = this.session?.members.find((person) => person.id === userId);
    const name = member?.name ?? (userId === this.session?.person?.id ? this.session.person.name : null);
    return name ?? forgePersonName(userId) ?? 'a former member';
  }

  get tasks(): readonly TaskCard[] {
    return this.#cards.list;
  }

  task(id: string): TaskCard | undefined {
    return this.#cards.get(id);
  }

  /** The rows of a kind. One that was made known after the start is read now, and sent from then on. */
  rows<Body extends LiveBody>(kind: LiveKind<Body>): LiveRows<Body> {
    // Svelte leaves out what is made while something is derived: this is older, so it is derived again after the read.
    void this.#reads;
    const key = kind as unknown as LiveKind<never>;
    const known = this.#rows.get(key) as LiveRows<Body> | undefined;
    if (known !== undefined) return known;
    const rows = new LiveRows<Body>(kind);
    const ofAny = rows as unknown as LiveRows<LiveBody>;
    this.#rows.set(key, ofAny);
    if (this.#readAt !== null) void this.#readLate(kind.row.kind, ofAny);
    return rows;
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
    this.#costs.clear();
    for (const rows of [this.#cards, ...this.#rows.values()]) rows.clear();
  }

  putTasks(cards: readonly TaskCard[]): void {
    this.#cards.put(cards);
  }

  /** The next page of a column, for whoever scrolls to the end of what is loaded. */
  async loadColumn(column: BoardColumn): Promise<void> {
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
    for (const kind of knownKinds()) this.rows(kind);
    const kinds = [...this.#rows];
    const reading = kinds.map(([{ row }]) => listRows(row.kind, fetch));
    const [board, ...others] = await Promise.all([readBoard(fetch), ...reading]);
    this.#cards.replace({ ...board, rows: board.tasks });
    kinds.forEach(([, rows], at) => {
      const read = others[at];
      if (read !== undefined) rows.replace(read);
    });
    this.#reads++;
    this.costTodayUsd = board.costTodayUsd;
    this.counts = board.counts;
    this.#cursors.clear();
    // The earliest of the reads: a frame that is applied twice does no harm, one that is missed does.
    const position = Math.min(board.position, ...others.map((read) => read.position));
    this.#readAt = { epoch: board.epoch, position };
  }

  async #readLate(kind: string, rows: LiveRows<LiveBody>): Promise<void> {
    try {
      const read = await listRows(kind);
      rows.replace(read);
      this.#reads++;
      this.stream?.reopen(read);
    } catch (error) {
      this.error = error;
    }
  }

  #open(): void {
    this.stream = new LiveStream({
      url: () => (this.#follower === null ? '/api/stream' : `/api/stream?task=${this.#follower.taskId}`),
      readAt: () => (this.#readAt === null ? null : (earliest(this.#readAt, this.#followedAt) ?? this.#readAt)),
      onRefused: () => location.assign('/login'),
      handlers: () => ({
        ...this.#rowHandlers(),
        ...this.#partHandlers(),
        [cardRow.kind]: (data) => this.#takeCard(data as TaskCard),
        [costRow.kind]: (data) => this.#takeCost(data as { id: string; costUsd: number }),
        [cardRow.gone]: (data) => {
          const { id } = data as { id: string };
          this.#dropTask(id);
          if (this.#follower?.taskId === id) this.#follower.handlers.task_removed(data);
        },
        hello: (data) => {
          this.costTodayUsd = (data as { costTodayUsd: number }).costTodayUsd;
          this.#follower?.handlers.hello(data);
        },
        event: (data) => this.#follower?.handlers.event(data),
        log: (data) => this.#follower?.handlers.log(data),
        reset: () => void this.#resync(),
      }),
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

  #rowHandlers(): Record<string, (data: unknown) => void> {
    const handlers = [...this.#rows].flatMap(([{ row }, rows]) => [
      [row.kind, (data: unknown) => void rows.take(data as LiveBody)] as const,
      [row.gone, (data: unknown) => rows.drop((data as { id: string }).id)] as const,
    ]);
    return Object.fromEntries(handlers);
  }

  #takeCard(card: TaskCard): void {
    if (this.#follower?.taskId === card.id) this.#follower.handlers.row(cardRow.kind, card);
    const known = this.#cards.known(card.id);
    this.#takeCost(card);
    if (!this.#cards.take(card)) return;
    if (known?.column !== card.column) this.#count(known?.column, card.column);
    if (known?.state !== card.state) this.#changed.add(card.id);
  }

  /** Costs only grow. Of a task that was not seen before it is not known how much of it is of today. */
  #takeCost({ id, costUsd }: { id: string; costUsd: number }): void {
    const card = this.#cards.known(id);
    const before = Math.max(this.#costs.get(id) ?? card?.costUsd ?? costUsd, card?.costUsd ?? 0);
    this.#costs.set(id, Math.max(before, costUsd));
    if (costUsd <= before) return;
    this.costTodayUsd += costUsd - before;
    if (card !== undefined) this.#cards.take({ ...card, costUsd });
  }

  #partHandlers(): Record<string, (data: unknown) => void> {
    const handlers = PART_ROWS.flatMap(({ kind, gone }) => [
      [kind, (data: unknown) => this.#follower?.handlers.row(kind, data as LiveBody)] as const,
      [gone, (data: unknown) => this.#follower?.handlers.row_gone(kind, (data as { id: string }).id)] as const,
    ]);
    return Object.fromEntries(handlers);
  }

  #dropTask(id: string): void {
    this.#count(this.#cards.known(id)?.column, undefined);
    this.#cards.drop(id);
  }

  #count(from: BoardColumn | undefined, to: BoardColumn | undefined): void {
    const counts = { ...this.counts };
    if (from !== undefined) counts[from] = Math.max(0, (counts[from] ?? 0) - 1);
    if (to !== undefined) counts[to] = (counts[to] ?? 0) + 1;
    this.counts = counts;
  }
}
