import type { Logger } from '@claude-codex/service-kit/log';
import { INSTALLATION } from '../reads/live-rows.ts';
import type { Positions, ReadPosition } from '../reads/positions.ts';
import type { EventFrames, Feed, TaskPatch } from './feed.ts';
import { type Batch, createPart, type Part } from './parts.ts';
import { createSweep } from './sweep.ts';

/** One open stream, as the hub sees it. */
export interface Subscriber {
  readonly workspaceId: string;
  /** The workspace's rows are in it. */
  readonly workspace: boolean;
  /** The task whose parts, events and log lines are in it. At least one of the two is. */
  readonly taskId: string | null;
  /** What came since the last time; not called when nothing did for this subscriber. */
  deliver(batch: Batch): void;
  /** Positions of before do not compare any more. */
  reset(to: ReadPosition): void;
  /** Nothing happened for a while: the resume point may move on. */
  beat(at: ReadPosition): void;
}

/** The one reader of a gateway: reads what changed once and hands it to every stream it concerns. */
export interface Hub {
  /** Everything up to here has been handed out, or is on its way to those who were there. */
  position(): ReadPosition;
  subscribe(subscriber: Subscriber): () => void;
  stop(): Promise<void>;
}

/** Everybody who watches the same workspace, the same task, or both: they get the same bytes. */
interface Audience extends Pick<Subscriber, 'workspaceId' | 'workspace' | 'taskId'> {
  readonly members: Set<Subscriber>;
}

interface Changed {
  patches: Map<string, string>;
  tasks: Map<string, TaskPatch & { events: EventFrames[] }>;
  /** Audiences that were read for, whether or not anything had changed. */
  covered: Set<string>;
}

/** What gathers for so long is read and sent together at the latest. */
const BATCH_MS = 20;
/** After reading and sending, so many times as long is rested: news that cost little leave sooner than in BATCH_MS. */
const REST = 1;
/** Every stream's turn comes once a heartbeat; not all in the same moment. */
const HEARTBEAT_MS = 15_000;
const TURNS = 30;
const EVENTS_PER_TASK = 1_000;
const RETRY_MS = 500;

export function createHub({ positions, feed, log }: { positions: Positions; feed: Feed; log: Logger }): Hub {
  const audiences = new Map<string, Audience>();
  const turns: Set<Subscriber>[] = Array.from({ length: TURNS }, () => new Set());
  const sweep = createSweep();
  let joined = 0;
  let turn = 0;
  let released: ReadPosition = positions.current();
  let scheduled: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  /** When the next run may begin, by `performance.now()`. */
  let rested = 0;
  let stopped = false;

  function wanted(): boolean {
    const now = positions.current();
    return now.position !== released.position || isBreak(released, now);
  }

  /** The first news after a quiet moment go at once; under load the hub reads at most half of the time. */
  function schedule(): void {
    if (stopped || scheduled !== null || running !== null || !wanted()) return;
    const delayMs = rested - performance.now();
    if (delayMs <= 0) run();
    else scheduled = setTimeout(run, delayMs);
  }

  function run(): void {
    scheduled = null;
    const began = performance.now();
    running = advance(positions.current())
      .then(() => {
        const took = performance.now() - began;
        // With streams still to be served, more reading would only make smaller parts.
        rested = began + (sweep.idle() ? Math.min(took * (1 + REST), BATCH_MS) : BATCH_MS);
      })
      .catch((error: unknown) => {
        log.warn({ err: error }, 'what changed could not be read; streams wait');
        rested = performance.now() + RETRY_MS;
      })
      .then(() => {
        running = null;
        schedule();
      });
  }

  async function advance(to: ReadPosition): Promise<void> {
    const from = released;
    if (isBreak(from, to)) {
      released = to;
      sweep.clear();
      for (const { members } of audiences.values()) for (const subscriber of members) subscriber.reset(to);
      return;
    }
    const changed: Changed = { patches: new Map(), tasks: new Map(), covered: new Set() };
    // Whoever subscribes while this is read starts at `from` too: read on until everybody's part is there.
    while (await readFor(uncovered(changed), from, to, changed));

    // From here on nothing waits, so nobody can join in between.
    released = to;
    for (const audience of audiences.values()) {
      const of = partOf(audience, changed);
      if (of !== null) sweep.add(audience.members, createPart({ from: from.position, to, ...of }));
    }
  }

  function uncovered({ covered }: Changed): Audience[] {
    return [...audiences].flatMap(([key, audience]) => (covered.has(key) ? [] : [audience]));
  }

  /** False when there was nobody left to read for. */
  async function readFor(who: Audience[], from: ReadPosition, to: ReadPosition, changed: Changed): Promise<boolean> {
    if (who.length === 0) return false;
    const workspaceIds = unique(who.flatMap(({ workspaceId, workspace }) => (workspace ? [workspaceId] : [])));
    const taskIds = unique(who.flatMap(({ taskId }) => (taskId === null ? [] : [taskId])));
    const [patches, tasks] = await Promise.all([
      workspaceIds.length === 0 ? new Map<string, string>() : feed.workspaces(workspaceIds, from.position),
      taskIds.length === 0 ? new Map<string, TaskPatch>() : feed.tasks(taskIds, from.position),
    ]);
    for (const [id, text] of patches) changed.patches.set(id, text);
    const range = { after: from.position, upTo: to.position, limit: EVENTS_PER_TASK, epoch: to.epoch };
    const read = async ([id, patch]: [string, TaskPatch]) => {
      changed.tasks.set(id, { ...patch, events: await allEvents(id, range) });
    };
    await Promise.all([...tasks].map(read));
    for (const audience of who) changed.covered.add(keyOf(audience));
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
    turn = (turn + 1) % TURNS;
    // What is on its way says more than a heartbeat, which would claim that it had come.
    for (const subscriber of turns[turn] ?? []) if (!sweep.waits(subscriber)) subscriber.beat(released);
  }, HEARTBEAT_MS / TURNS);

  return {
    position: () => released,
    subscribe(subscriber) {
      const { workspaceId, workspace, taskId } = subscriber;
      const key = keyOf(subscriber);
      const audience = audiences.get(key) ?? { workspaceId, workspace, taskId, members: new Set() };
      audiences.set(key, audience);
      audience.members.add(subscriber);
      const beats = turns[joined % TURNS];
      joined += 1;
      beats?.add(subscriber);
      return () => {
        audience.members.delete(subscriber);
        if (audience.members.size === 0 && audiences.get(key) === audience) audiences.delete(key);
        beats?.delete(subscriber);
        sweep.forget(subscriber);
      };
    },
    async stop() {
      stopped = true;
      off();
      clearInterval(heartbeat);
      sweep.clear();
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

function keyOf({ workspaceId, workspace, taskId }: Omit<Audience, 'members'>): string {
  return `${workspace ? workspaceId : ''}/${taskId ?? ''}`;
}

/** What one audience is sent of a change; null when nothing in it is for them. */
function partOf(
  { workspaceId, workspace, taskId }: Audience,
  { patches, tasks }: Changed,
): Pick<Part, 'patches' | 'events' | 'instanceIds'> | null {
  // Patches of the whole installation are seen by everybody.
  const rows = workspace ? (patches.get(workspaceId) ?? '') + (patches.get(INSTALLATION) ?? '') : '';
  const task = taskId === null ? undefined : tasks.get(taskId);
  if (task === undefined) return rows === '' ? null : { patches: rows, events: [], instanceIds: [] };
  const { wide, narrow, events, instanceIds } = task;
  if (!workspace) return { patches: wide + narrow, events, instanceIds };
  const short = events.map((event) => ({ ...event, text: event.short }));
  return { patches: rows + narrow, events: short, instanceIds };
}
