import type { FollowUps } from './follow-ups.ts';
import type { LoggedEvent } from './read-log.ts';
import type { ViewerVerdict } from './viewer.ts';
import type { Acknowledged } from './writers.ts';

/** How often what was done. */
export type Damage = Record<string, number>;

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
  /** Appends that were answered with a conflict and are in the log all the same. */
  despiteConflict: number;
  /** Services that ended although nobody killed them, by name. */
  endedThemselves: Damage;
  /** What the orchestrator and the git service did because of events. */
  followUps: FollowUps;
  /** Promises the doctor found broken, by name. */
  broken: string[];
  /** Promises the doctor could not look at. */
  notLookedAt: string[];
  viewers: ViewerVerdict[];
}

export const isSound = (verdict: Verdict): boolean => {
  const { lost, gaps, duplicates, reordered, despiteConflict, endedThemselves, broken, viewers, followUps } = verdict;
  return (
    lost + gaps + duplicates + reordered + despiteConflict + broken.length === 0 &&
    followUps.missing.length + followUps.doubled.length === 0 &&
    Object.keys(endedThemselves).length === 0 &&
    viewers.every(({ missed, repeated, foreign }) => missed + repeated + foreign === 0)
  );
};

/** The log against what the writers were told. */
export function compareWithAnswers(
  log: readonly LoggedEvent[],
  { acknowledged, conflicts }: { acknowledged: readonly Acknowledged[]; conflicts: ReadonlySet<string> },
): Pick<Verdict, 'lost' | 'gaps' | 'duplicates' | 'reordered' | 'despiteConflict'> {
  const owners = new Map(log.map(({ position, commandId }) => [position, commandId]));
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
  const despiteConflict = log.filter(({ commandId }) => conflicts.has(commandId)).length;
  return { lost, gaps, duplicates, reordered, despiteConflict };
}

/** The same command at two places of the log. */
function repeatedCommands(log: readonly LoggedEvent[]): number {
  const ends = new Map<string, number>();
  let repeated = 0;
  for (const { position, commandId } of log) {
    const end = ends.get(commandId);
    if (end !== undefined && end !== position - 1) repeated += 1;
    ends.set(commandId, position);
  }
  return repeated;
}
