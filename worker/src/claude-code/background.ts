import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';

/** Something the agent started that runs beside its turn. */
export interface BackgroundTask {
  readonly id: string;
  readonly kind: 'agent' | 'command';
  readonly what: string;
}

export interface Waited {
  readonly kind: BackgroundTask['kind'];
  readonly what: string;
  readonly seconds: number;
  /** It ran longer than anybody waits, and was ended. */
  readonly cutShort: boolean;
}

export interface BackgroundLimits {
  /** A sub-agent that says nothing for so long. */
  readonly agentSilentMs: number;
  /** A command or a monitor: a server that is left running never ends by itself. */
  readonly commandMs: number;
}

export const BACKGROUND_LIMITS: BackgroundLimits = { agentSilentMs: 30 * 60_000, commandMs: 5 * 60_000 };

interface Entry extends BackgroundTask {
  /** When it began to be what the turn's end waits for. */
  waitedSince: number | null;
  lastSign: number;
  cutShort: boolean;
}

/**
 * What runs in the background, by Claude Code's own account: it sends the whole set whenever that changes. What its turn's
 * end waited for is remembered until `takeWaited`.
 */
export class Background {
  readonly #entries = new Map<string, Entry>();
  #waited: Waited[] = [];
  /** How many have ended so far. */
  endings = 0;
  readonly #now: () => number;
  readonly #limits: BackgroundLimits;

  constructor(limits: BackgroundLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  get running(): BackgroundTask[] {
    return [...this.#entries.values()].map(({ id, kind, what }) => ({ id, kind, what }));
  }

  /** Takes a message in; true when the set of what runs changed. */
  take(message: SDKMessage): boolean {
    if (message.type === 'system' && message.subtype === 'background_tasks_changed') {
      this.#replace(message.tasks.filter(({ ambient }) => ambient !== true));
      return true;
    }
    const id = taskOf(message);
    const entry = id === null ? undefined : this.#entries.get(id);
    if (entry !== undefined) entry.lastSign = this.#now();
    return false;
  }

  #replace(tasks: readonly { task_id: string; task_type: string; description: string }[]): void {
    const ids = new Set(tasks.map(({ task_id: id }) => id));
    for (const [id, entry] of this.#entries) {
      if (ids.has(id)) continue;
      this.#entries.delete(id);
      this.endings += 1;
      const { kind, what, waitedSince, cutShort } = entry;
      if (waitedSince === null) continue;
      this.#waited.push({ kind, what, cutShort, seconds: Math.round((this.#now() - waitedSince) / 1_000) });
    }
    for (const { task_id: id, task_type: type, description: what } of tasks) {
      if (this.#entries.has(id)) continue;
      const kind = type === 'local_agent' ? 'agent' : 'command';
      this.#entries.set(id, { id, kind, what, waitedSince: null, lastSign: this.#now(), cutShort: false });
    }
  }

  /** The agent has nothing more to do itself: what still runs is waited for from here on. */
  wait(): void {
    for (const entry of this.#entries.values()) entry.waitedSince ??= this.#now();
  }

  /** Those that ran longer than anybody waits, each named once. */
  takeOverdue(): string[] {
    const now = this.#now();
    const overdue = [...this.#entries.values()].filter(({ kind, waitedSince, lastSign, cutShort }) => {
      if (waitedSince === null || cutShort) return false;
      if (kind === 'command') return now - waitedSince >= this.#limits.commandMs;
      return now - Math.max(waitedSince, lastSign) >= this.#limits.agentSilentMs;
    });
    for (const entry of overdue) entry.cutShort = true;
    return overdue.map(({ id }) => id);
  }

  /** Whether all that still runs was told to end, so that nothing is left to wait for. */
  get onlyCutShort(): boolean {
    return this.#entries.size > 0 && [...this.#entries.values()].every(({ cutShort }) => cutShort);
  }

  /** What the turn that ends now waited for, what could not be ended included. */
  takeWaited(): Waited[] {
    const stuck = [...this.#entries.values()].filter(({ cutShort }) => cutShort);
    const waited = [
      ...this.#waited,
      ...stuck.map(({ kind, what, waitedSince }) => {
        const seconds = Math.round((this.#now() - (waitedSince ?? this.#now())) / 1_000);
        return { kind, what, cutShort: true, seconds };
      }),
    ];
    this.#waited = [];
    return waited;
  }
}

function taskOf(message: SDKMessage): string | null {
  if (message.type === 'assistant' || message.type === 'user')
    return 'agent_id' in message ? (message.agent_id ?? null) : null;
  if (message.type !== 'system') return null;
  const hasTask =
    message.subtype === 'task_progress' || message.subtype === 'task_updated' || message.subtype === 'task_started';
  return hasTask ? message.task_id : null;
}
