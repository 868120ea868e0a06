import type { Clock } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Positions, ReadPosition } from '../reads/positions.ts';
import { INSTALLATION } from '../reads/read-models.ts';
import type { EventFrames, Feed, TaskPatch } from './feed.ts';
import { idFrame } from './frames.ts';

/** One open stream, as the hub sees it. */
export interface Subscriber {
  readonly workspaceId: string;
  /** Null: the workspace's stream. */
  readonly taskId: string | null;
  /** Everything between two positions; not called when nothing is in it for this subscriber. */
  deliver(to: ReadPosition, part: Part): void;
  /** Positions of before do not compare any more. */
  reset(to: ReadPosition): void;
  /** Nothing happened for a while: the resume point may move on. */
  beat(at: ReadPosition): void;
}

export interface Part {
  patches: Buffer | null;
  /** True when the id of the position delivered is already the end of `patches`. */
  endsWithId: boolean;
  events: readonly EventFrames[];
  instanceIds: readonly string[] | null;
}

/** The one reader of a gateway: reads what changed once and hands it to every stream it concerns. */
export interface Hub {
  /** Everything up to here has been handed out. */
  position(): ReadPosition;
  subscribe(subscriber: Subscriber): () => void;
  stop(): Promise<void>;
}

interface Changed {
  patches: Map<string, string>;
  tasks: Map<string, Part>;
  /** Workspaces and tasks that were read, whether or not anything had changed. */
  covered: Set<string>;
}

const BATCH_MS = 20;
const HEARTBEAT_MS = 15_000;
const EVENTS_PER_TASK = 1_000;
const RETRY_MS = 500;

export function createHub(options: { positions: Positions; feed: Feed; clock: Clock; log: Logger }): Hub {
  const { positions, feed, clock, log } = options;
  const subscribers = new Set<Subscriber>();
  let released: ReadPosition = positions.current();
  let scheduled: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let lastRun = Number.NEGATIVE_INFINITY;
  let stopped = false;

  function wanted(): boolean {
    const now = positions.current();
    return now.position !== released.position || isBreak(released, now);
  }

  function schedule(delayMs = Math.max(lastRun + BATCH_MS - clock.now(), 0)): void {
    if (stopped || scheduled !== null || running !== null || !wanted()) return;
    scheduled = setTimeout(() => {
      scheduled = null;
      lastRun = clock.now();
      running = advance(positions.current())
        .then(() => 0)
        .catch((error: unknown) => {
          log.warn({ err: error }, 'what changed could not be read; streams wait');
          return RETRY_MS;
        })
        .then((retryMs) => {
          running = null;
          if (retryMs > 0) schedule(retryMs);
          else schedule();
        });
    }, delayMs);
  }

  async function advance(to: ReadPosition): Promise<void> {
    const from = released;
    if (isBreak(from, to)) {
      released = to;
      for (const subscriber of subscribers) subscriber.reset(to);
      return;
    }
    const changed: Changed = { patches: new Map(), tasks: new Map(), covered: new Set() };
    // Whoever subscribes while this is read starts at `from` too: read on until everybody's part is there.
    while (await readFor(uncovered(changed), from, to, changed));

    // From here on nothing waits, so nobody can join in between.
    released = to;
    const shared = workspaceParts(changed.patches, to);
    for (const subscriber of subscribers) {
      const { workspaceId, taskId } = subscriber;
      const part = taskId === null ? (shared.get(workspaceId) ?? shared.get(INSTALLATION)) : changed.tasks.get(taskId);
      if (part !== undefined) subscriber.deliver(to, part);
    }
  }

  function uncovered({ covered }: Changed): Subscriber[] {
    return [...subscribers].filter((subscriber) => !covered.has(subscriber.taskId ?? subscriber.workspaceId));
  }

  /** False when there was nobody left to read for. */
  async function readFor(who: Subscriber[], from: ReadPosition, to: ReadPosition, changed: Changed): Promise<boolean> {
    if (who.length === 0) return false;
    const workspaceIds = unique(who.flatMap((s) => (s.taskId === null ? [s.workspaceId] : [])));
    const taskIds = unique(who.flatMap((s) => (s.taskId === null ? [] : [s.taskId])));
    const [patches, tasks] = await Promise.all([
      workspaceIds.length === 0 ? new Map<string, string>() : feed.workspaces(workspaceIds, from.position),
      taskIds.length === 0 ? new Map<string, TaskPatch>() : feed.tasks(taskIds, from.position),
    ]);
    for (const [id, text] of patches) changed.patches.set(id, text);
    // A task whose row did not change has no new event either.
    for (const [id, { view, instanceIds }] of tasks) {
      const range = { after: from.position, upTo: to.position, limit: EVENTS_PER_TASK, epoch: to.epoch };
      const events = await allEvents(id, range);
      changed.tasks.set(id, { patches: Buffer.from(view), endsWithId: false, events, instanceIds });
    }
    for (const id of [...workspaceIds, ...taskIds]) changed.covered.add(id);
    return true;
  }

  async function allEvents(taskId: string, range: Parameters<Feed['events']>[1]): Promise<EventFrames[]> {
    const all: EventFrames[] = [];
    for (let after = range.after; ; ) {
      const page = await feed.events(taskId, { ...range, after });
      all.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < range.limit) return all;
      after = last.position;
    }
  }

  const off = positions.onChange(() => schedule());
  const heartbeat = setInterval(() => {
    for (const subscriber of subscribers) subscriber.beat(released);
  }, HEARTBEAT_MS);

  return {
    position: () => released,
    subscribe(subscriber) {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
    async stop() {
      stopped = true;
      off();
      clearInterval(heartbeat);
      if (scheduled !== null) clearTimeout(scheduled);
      await running;
    },
  };
}

/** Positions of before do not compare with those of now. */
function isBreak(from: ReadPosition, to: ReadPosition): boolean {
  return to.epoch !== from.epoch || to.generation !== from.generation || to.position < from.position;
}

function unique(ids: string[]): string[] {
  return [...new Set(ids)];
}

/** The very same bytes for every client of a workspace, those of the whole installation and the closing id included. */
function workspaceParts(patches: ReadonlyMap<string, string>, to: ReadPosition): Map<string, Part> {
  const everywhere = patches.get(INSTALLATION) ?? '';
  const end = idFrame(to.epoch, to.position);
  return new Map(
    [...patches].map(([id, own]) => {
      const text = (id === INSTALLATION ? '' : own) + everywhere + end;
      return [id, { patches: Buffer.from(text), endsWithId: true, events: [], instanceIds: null }];
    }),
  );
}
