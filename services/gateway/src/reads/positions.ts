import { subjects, UI_PROJECTIONS } from '@claude-codex/contracts/subjects';
import type { Clock } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { subscribeJson } from '@claude-codex/service-kit/bus-json';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Pool } from 'pg';
import { z } from 'zod';

/** How far the read models are: everything up to `position` is in all of them. */
export interface ReadPosition {
  readonly epoch: string;
  readonly position: number;
  /** Grows when a read model joined (again): what it did meanwhile was shown to nobody, so pages start over. */
  readonly generation: number;
}

export interface Positions {
  current(): ReadPosition;
  /** Resolves when the read models have passed `position`, or after `timeoutMs`; says which. */
  reached(position: number, timeoutMs: number): Promise<boolean>;
  /** Another number whenever any read model moved: what was read under the same number is still true. */
  version(): number;
  /** Calls back whenever `current()` changed. Returns unsubscribe. */
  onChange(listener: (current: ReadPosition) => void): () => void;
  /** Reads the table now. Throws when the database does not answer. */
  refresh(): Promise<void>;
  stop(): void;
}

interface Row {
  epoch: string;
  name: string | null;
  position: number | null;
  build: number | null;
}

/** Doorbells are hints and may be lost; the table is asked as well. */
const POLL_MS = 250;
const UNREACHABLE_MS = 2_000;
const Doorbell = z.object({ position: z.number().int().nonnegative() });

/**
 * The position of the slowest live projection. A paused one (it met an event it cannot take) is left out: the others
 * go on, and whoever streams is told to start over when it comes back behind them.
 */
export function createPositions(options: { pool: Pool; bus: Bus; clock: Clock; log: Logger }): Positions {
  const { pool, bus, clock, log } = options;
  const known = new Map<string, number>();
  const builds = new Map<string, number>();
  const listeners = new Set<(current: ReadPosition) => void>();
  const stopped = new AbortController();
  let version = 0;
  let current: ReadPosition = { epoch: '', position: 0, generation: 0 };

  function settle(epoch: string, generation: number): void {
    const position = known.size === 0 ? 0 : Math.min(...known.values());
    if (epoch === current.epoch && position === current.position && generation === current.generation) return;
    current = { epoch, position, generation };
    for (const listener of listeners) listener(current);
  }

  function move(name: string, position: number): void {
    if (position <= (known.get(name) ?? -1)) return;
    known.set(name, position);
    version += 1;
  }

  async function refresh(): Promise<void> {
    const { rows } = await pool.query<Row>({
      name: 'projection_positions',
      text: `select l.epoch, p.name, p.position, p.build from es.log_identity l
        left join read.projection p on p.epoch = l.epoch and p.status = 'live' and p.name = any($1)`,
      values: [UI_PROJECTIONS],
    });
    const epoch = rows[0]?.epoch ?? current.epoch;
    const live = new Map(
      rows.flatMap(({ name, position }) => (name === null ? [] : [[name, Number(position)] as const])),
    );
    for (const name of known.keys()) if (!live.has(name) || epoch !== current.epoch) known.delete(name);
    // A rebuilt read model may say other things about what was shown already.
    const rebuilt = rows.some(({ name, build }) => name !== null && (builds.get(name) ?? build) !== build);
    for (const { name, build } of rows) if (name !== null && build !== null) builds.set(name, build);
    const joined = rebuilt || [...live.keys()].some((name) => !known.has(name));
    for (const [name, position] of live) move(name, position);
    settle(epoch, current.generation + (joined ? 1 : 0));
  }

  const unsubscribe = subscribeJson(
    bus,
    subjects.projection('*'),
    Doorbell,
    ({ position }, subject) => {
      const name = subject.slice(subjects.projection('').length);
      const before = known.get(name);
      // A projection we have not read from the table may still be building.
      if (before === undefined || before >= position) return;
      move(name, position);
      settle(current.epoch, current.generation);
    },
    (error) => log.warn({ err: error }, 'a doorbell of a projection was not understood'),
  );

  async function poll(): Promise<void> {
    for (let waitMs = POLL_MS; !stopped.signal.aborted; ) {
      await clock.sleep(waitMs, stopped.signal);
      if (stopped.signal.aborted) return;
      try {
        await refresh();
        waitMs = POLL_MS;
      } catch (error) {
        log.warn({ err: error }, 'the positions of the projections were not read');
        waitMs = UNREACHABLE_MS;
      }
    }
  }
  void poll();

  async function reached(position: number, timeoutMs: number): Promise<boolean> {
    if (current.position >= position) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const off = onChange((now) => now.position >= position && resolve(true));
    const timer = setTimeout(() => resolve(false), timeoutMs);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      off();
    }
  }

  function onChange(listener: (now: ReadPosition) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    current: () => current,
    version: () => version,
    reached,
    onChange,
    refresh,
    stop() {
      stopped.abort();
      unsubscribe();
    },
  };
}
