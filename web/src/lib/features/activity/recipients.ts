import type { InstanceView, TaskView } from '@claude-codex/contracts';

export const ALL = 'all';
const UNDER_WAY: ReadonlySet<string> = new Set(['running', 'rework', 'in_review', 'exhausted']);

export interface Recipients {
  /** The agents a message may go to: one, or the attempts under way of a phase that several try. The first leads it. */
  readonly agents: readonly InstanceView[];
  /** Whom the server is told to tell; undefined: it knows of one only. */
  readonly to: string | undefined;
  /** Who hears what is sent now. */
  readonly hears: readonly InstanceView[];
}

/** `chosen`: whom a person chose, or `ALL`; one that is not at work any more is not meant. */
export function recipientsOf(
  { phaseDetails, currentPhase, instances }: Pick<TaskView, 'phaseDetails' | 'currentPhase' | 'instances'>,
  chosen: string | null,
): Recipients {
  const phase = phaseDetails.find(({ name }) => name === currentPhase);
  const at = instances.filter(({ endedAt }) => endedAt === null);
  const trying = (phase?.attempts ?? []).filter(({ status }) => UNDER_WAY.has(status));
  const tried = at.filter(({ id }) => trying.some(({ instanceId }) => instanceId === id));
  const lead = at.find(({ id }) => id === phase?.instanceId) ?? at[0];
  if (tried.length < 2 || lead === undefined) {
    const agents = lead === undefined ? [] : [lead];
    return { agents, to: undefined, hears: agents };
  }
  const agents = tried.toSorted((a, b) => Number(b.id === lead.id) - Number(a.id === lead.id));
  if (chosen === ALL) return { agents, to: ALL, hears: agents };
  const meant = agents.find(({ id }) => id === chosen) ?? agents[0] ?? lead;
  return { agents, to: meant.id, hears: [meant] };
}
