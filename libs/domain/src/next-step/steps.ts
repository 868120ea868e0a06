/** Who or what goes on with a task. Times are in ms since 1970. */
export type NextStep =
  /** `lastSign`: when it was last heard of; null where that is not known. */
  | { readonly kind: 'working'; readonly since: number; readonly lastSign: number | null }
  /** `overdueAt`: by then it should have happened; null for people and for what is away, which take the time they take. */
  | {
      readonly kind: 'waiting';
      readonly on: string;
      readonly what: string;
      readonly since: number;
      readonly overdueAt: number | null;
    }
  | { readonly kind: 'scheduled'; readonly what: string; readonly at: number }
  | { readonly kind: 'ended' }
  | { readonly kind: 'none'; readonly why: string };

/** What whoever runs an agent knows of it beyond the log. */
export interface SignOfLife {
  readonly at: number;
  /** A turn runs. */
  readonly busy: boolean;
  /** What came out of its last turn is being looked at, or taken in. */
  readonly concludes: boolean;
}

export const MINUTE_MS = 60_000;
/** So long a step of ours may take, an agent be silent and a planned time be past before somebody has to look. */
export const STALLED_MS = 2 * MINUTE_MS;

export const ENDED: NextStep = { kind: 'ended' };

export function none(why: string): NextStep {
  return { kind: 'none', why };
}

export function working(since: number, lastSign: number | null): NextStep {
  return { kind: 'working', since, lastSign };
}

export function waiting(on: string, what: string, since: number, overdueAt: number | null = null): NextStep {
  return { kind: 'waiting', on, what, since, overdueAt };
}

export const A_PERSON = 'a person';

export function onPerson(what: string, since: number): NextStep {
  return waiting(A_PERSON, what, since);
}

/** One of our own services has to act, and does so within `limitMs`. */
export function onService(service: string, what: string, since: number, limitMs = STALLED_MS): NextStep {
  return waiting(service, what, since, since + limitMs);
}

export function scheduled(what: string, at: number): NextStep {
  return { kind: 'scheduled', what, at };
}

/** By what hides least: a mistake of ours, then what has to happen in time, then what takes the time it takes. */
function urgency(step: NextStep): number {
  if (step.kind === 'none') return 0;
  if (step.kind === 'waiting' && step.overdueAt !== null) return 1;
  return { waiting: 4, scheduled: 2, working: 3, ended: 5 }[step.kind];
}

/** Of steps beside each other the one to look at; null when there are none. The others come up once it is done. */
export function mostUrgent(steps: readonly NextStep[]): NextStep | null {
  return steps.toSorted((a, b) => urgency(a) - urgency(b))[0] ?? null;
}

/** I10: why nobody goes on with a task although somebody should; null while somebody does, or may still. */
export function whyStuck(step: NextStep, now: number): string | null {
  switch (step.kind) {
    case 'ended':
      return null;
    case 'none':
      return `${step.why}.`;
    case 'scheduled':
      return now > step.at + STALLED_MS ? `${step.what}: that was due ${ago(now - step.at)} ago.` : null;
    case 'working':
      return step.lastSign !== null && now > step.lastSign + STALLED_MS
        ? `The agent was last heard of ${ago(now - step.lastSign)} ago.`
        : null;
    case 'waiting':
      return step.overdueAt !== null && now > step.overdueAt
        ? `It waits for the ${step.on}, which ${step.what}, for ${ago(now - step.since)}.`
        : null;
  }
}

function ago(ms: number): string {
  return `${Math.round(ms / MINUTE_MS)} min`;
}
