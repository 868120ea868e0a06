import type { Entry } from './fold.ts';

const INSTANCE = 'instance-';

/** The agent an entry is about; null for what is about the task, and for reviews, which name it themselves. */
function agentOf(entry: Entry): string | null {
  switch (entry.kind) {
    case 'work':
    case 'said':
      return entry.instanceId;
    case 'question':
      return entry.question.instanceId;
    case 'dependency':
      return entry.dependency.instanceId;
    case 'proposal':
      return entry.proposal.instanceId;
    case 'review':
      return null;
    case 'fact': {
      const { stream, data } = entry.event;
      if (stream.startsWith(INSTANCE)) return stream.slice(INSTANCE.length);
      const { instanceId } = data as { instanceId?: unknown };
      return typeof instanceId === 'string' ? instanceId : null;
    }
  }
}

/** For each entry the agent to name above it: where several work beside each other, each time it is another one's turn. */
export function turnsOf(entries: readonly Entry[]): (string | null)[] {
  const agents = entries.map(agentOf);
  return agents.map((agent, at) => (at > 0 && agents[at - 1] === agent ? null : agent));
}
