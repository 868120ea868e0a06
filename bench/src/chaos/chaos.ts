import { type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { waitFor } from '@claude-codex/testing';
import { diagnose } from '../../../tools/operate/diagnose.ts';
import { type System, startSystem } from '../system/system.ts';
import { breakThings, type Damage } from './break-things.ts';
import { type Viewer, watchTask } from './viewer.ts';
import { type Acknowledged, runWriters } from './writers.ts';

export interface ChaosOptions {
  seconds: number;
  writers?: number;
  seed?: number;
  onProgress?: (line: string) => void;
}

export interface Verdict {
  events: number;
  acknowledged: number;
  unknownOutcomes: number;
  conflicts: number;
  damage: Damage;
  lost: number;
  gaps: number;
  duplicates: number;
  reordered: number;
  /** Promises the doctor found broken, by name. */
  broken: string[];
  viewers: { connections: number; resets: number; missed: number; repeated: number }[];
}

export const isSound = ({ lost, gaps, duplicates, reordered, broken, viewers }: Verdict): boolean =>
  lost + gaps + duplicates + reordered + broken.length === 0 &&
  viewers.every(({ missed, repeated }) => missed + repeated === 0);

/**
 * Real processes under writers and browsers while they are killed and frozen at random. What was acknowledged is kept
 * here, outside the system, and compared with the log afterwards.
 */
export async function runChaos({
  seconds,
  writers = 24,
  seed = Date.now(),
  onProgress,
}: ChaosOptions): Promise<Verdict> {
  const system = await startSystem();
  try {
    const hot = Array.from({ length: 4 }, () => streamOf('task', newId()));
    const writing = await runWriters(system, { writers, hot });
    const viewers = hot.map((stream) => watchTask(system, stream));
    const damage = await breakThings(system, {
      seconds,
      seed,
      onProgress: (line) => onProgress?.(`${line}; ${writing.progress()}`),
    });
    onProgress?.('waiting for unknown outcomes');
    const written = await writing.stop();
    onProgress?.('waiting for read models and viewers');
    const verdict = await judge(system, viewers, written.acknowledged);
    return { ...verdict, damage, unknownOutcomes: written.unknown, conflicts: written.conflicts };
  } finally {
    await system.stop();
  }
}

type Judged = Omit<Verdict, 'damage' | 'unknownOutcomes' | 'conflicts'>;

async function judge(
  system: System,
  viewers: readonly Viewer[],
  acknowledged: readonly Acknowledged[],
): Promise<Judged> {
  const { position } = await waitFor('the event store to answer', () => system.store.head(), { timeoutMs: 60_000 });
  await waitFor('the read models to catch up', () => boardReaches(system, position), {
    timeoutMs: 120_000,
    everyMs: 250,
  });
  const log: RecordedEvent[] = [];
  while (log.length < position) log.push(...(await system.store.readAll({ after: log.length, limit: 1_000 })));
  const seen = [];
  for (const viewer of viewers) seen.push(await viewer.judge(log));
  const { connectionString } = system.postgres;
  const findings = await diagnose({ connectionString, natsUrl: system.nats.url });
  const broken = findings.filter(({ ok }) => ok === false).map(({ id, title, detail }) => `${id} ${title}: ${detail}`);
  return {
    events: log.length,
    acknowledged: acknowledged.length,
    ...compare(log, acknowledged),
    broken,
    viewers: seen,
  };
}

function compare(log: readonly RecordedEvent[], acknowledged: readonly Acknowledged[]) {
  const owners = new Map(log.map(({ position, meta }) => [position, meta.commandId]));
  const lost = acknowledged.filter(({ commandId, first, last }) => {
    for (let position = first; position <= last; position += 1) if (owners.get(position) !== commandId) return true;
    return false;
  }).length;
  const versions = new Map<string, number>();
  let gaps = 0;
  let reordered = 0;
  for (const [index, { position, stream, version }] of log.entries()) {
    if (position !== index + 1) gaps += 1;
    if (version !== (versions.get(stream) ?? 0) + 1) reordered += 1;
    versions.set(stream, version);
  }
  const duplicates = log.length - new Set(log.map(({ eventId }) => eventId)).size + repeatedCommands(log);
  return { lost, gaps, duplicates, reordered };
}

/** The same command at two places of the log. */
function repeatedCommands(log: readonly RecordedEvent[]): number {
  const ends = new Map<string, number>();
  let repeated = 0;
  for (const { position, meta } of log) {
    const end = ends.get(meta.commandId);
    if (end !== undefined && end !== position - 1) repeated += 1;
    ends.set(meta.commandId, position);
  }
  return repeated;
}

async function boardReaches({ address, headers }: System, position: number): Promise<boolean> {
  const response = await fetch(`${address}/api/board?perColumn=1`, { headers });
  return response.ok && ((await response.json()) as { position: number }).position >= position;
}
