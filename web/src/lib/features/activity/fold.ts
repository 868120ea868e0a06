import type {
  DependencyView,
  InstanceView,
  IssueProposalView,
  JournalEntry,
  QuestionView,
  ReviewView,
} from '@claude-codex/contracts';
import type { TaskEvent } from '#lib/live/task.svelte.ts';
import type { LoggedItem } from '#lib/live/task-log.svelte.ts';
import { type Outage, outageAfter } from './outage.ts';
import { startOf, startsIn } from './session-starts.ts';
import { SubAgentCosts } from './sub-agent-costs.ts';

export interface ToolStep {
  readonly kind: 'tool';
  readonly key: string;
  readonly at: string;
  readonly tool: string;
  readonly input: unknown;
  result: { readonly isError: boolean; readonly output: string; readonly truncated: boolean } | null;
  /** What the sub-agent did that this call started. */
  readonly inside: Step[];
  subAgent: SubAgentEnd | null;
  /** Dollars of its sub-agent's own calls so far, part of the agent's; null where there is none or nobody counted. */
  costUsd: number | null;
}
export type SubAgentEnd = Pick<
  Extract<JournalEntry, { type: 'subagent_ended' }>,
  'status' | 'tokens' | 'toolCalls' | 'durationMs'
>;
export type Step =
  | ToolStep
  | { readonly kind: 'text'; readonly key: string; readonly at: string; readonly text: string }
  | { readonly kind: 'thinking'; readonly key: string; readonly at: string; readonly text: string }
  | Note;
interface Note {
  readonly kind: 'note';
  readonly key: string;
  readonly at: string;
  readonly text: string;
  readonly bad: boolean;
  /** Set while the model does not answer: the next failed try makes this sentence longer. */
  readonly outage?: Outage;
}

/** What an agent did without a person or a fact in between: one line until it is opened. */
export interface Work {
  readonly kind: 'work';
  readonly key: string;
  readonly at: string;
  readonly instanceId: string;
  readonly steps: Step[];
  endAt: string;
  /** Its turn ended; false means that it may still go on. */
  ended: boolean;
  failed: boolean;
}
export type Entry =
  | Work
  | {
      readonly kind: 'said';
      readonly key: string;
      readonly at: string;
      readonly instanceId: string;
      readonly text: string;
    }
  | { readonly kind: 'fact'; readonly key: string; readonly at: string; readonly event: TaskEvent }
  | { readonly kind: 'question'; readonly key: string; readonly at: string; readonly question: QuestionView }
  | { readonly kind: 'dependency'; readonly key: string; readonly at: string; readonly dependency: DependencyView }
  | { readonly kind: 'proposal'; readonly key: string; readonly at: string; readonly proposal: IssueProposalView }
  | { readonly kind: 'review'; readonly key: string; readonly at: string; readonly review: ReviewView };

/** Events worth a line between the turns; the others are in the Events tab, or have a card of their own. */
const FACTS = new Set([
  'AttemptStarted',
  'AttemptRefused',
  'PhaseApproved',
  'AttemptReworkRequested',
  'TaskPaused',
  'TaskResumed',
  'TaskCancelled',
  'TaskFailed',
  'TaskRetried',
  'TaskCompleted',
  'InstanceAttached',
  'InstanceLost',
  'InstanceFailed',
  'InstanceStopped',
  'ErrorReported',
  'ProtocolWarningRaised',
  'RateLimitHit',
  'PullRequestOpened',
  'PullRequestMerged',
  'PullRequestMergeFailed',
  'PullRequestMergeTakenBack',
  'PullRequestClosed',
  'PullRequestEdited',
  'PullRequestReopened',
]);

export interface Sources {
  readonly log: readonly LoggedItem[];
  readonly events: readonly TaskEvent[];
  readonly questions: readonly QuestionView[];
  readonly dependencies: readonly DependencyView[];
  readonly proposals: readonly IssueProposalView[];
  readonly reviews: readonly ReviewView[];
  /** Their `usage` says what each sub-agent costs. */
  readonly instances: readonly Pick<InstanceView, 'id' | 'usage'>[];
  /** Lines of before this time are not read yet, so nothing of before it is shown. Null: everything is there. */
  readonly from: string | null;
}

/** Everything that happened in order of time, with the agents' steps folded into runs of work. */
export function foldActivity(sources: Sources): Entry[] {
  const starts = startsIn(sources.log);
  const cards: Entry[] = [
    ...sources.events
      .filter((event) => FACTS.has(event.type))
      .map(
        (event): Entry => ({
          kind: 'fact',
          key: `e${event.position}`,
          at: starts.get(startOf(event)) ?? event.at,
          event,
        }),
      ),
    ...sources.questions.map((q): Entry => ({ kind: 'question', key: `q${q.id}`, at: q.askedAt, question: q })),
    ...sources.dependencies.map(
      (d): Entry => ({ kind: 'dependency', key: `d${d.id}`, at: d.requestedAt, dependency: d }),
    ),
    ...sources.proposals.map((p): Entry => ({ kind: 'proposal', key: `p${p.id}`, at: p.proposedAt, proposal: p })),
    ...sources.reviews.map((r): Entry => ({ kind: 'review', key: `r${r.id}`, at: r.createdAt, review: r })),
  ]
    .filter(({ at }) => sources.from === null || at >= sources.from)
    .sort((a, b) => a.at.localeCompare(b.at));

  const entries: Entry[] = [];
  const open = new Map<string, Work>();
  const calls = new Map<string, ToolStep>();
  const costs = new SubAgentCosts(sources.instances);
  let next = 0;
  for (const item of sources.log) {
    const at = item.record.at;
    if (sources.from !== null && at < sources.from) continue;
    for (let card = cards[next]; card !== undefined && card.at <= at; card = cards[++next]) {
      entries.push(card);
      // A card stands between what came before and after it, so the work before it is closed.
      open.clear();
    }
    addRecord(item, entries, open, calls, costs);
  }
  entries.push(...cards.slice(next));
  return entries;
}

function addRecord(
  item: LoggedItem,
  entries: Entry[],
  open: Map<string, Work>,
  calls: Map<string, ToolStep>,
  costs: SubAgentCosts,
): void {
  const { entry, at, seq } = item.record;
  const key = `${item.instanceId}.${item.epoch}.${seq}`;
  const starter = 'within' in entry ? calls.get(`${item.instanceId}.${entry.within}`) : undefined;
  const step = (made: Step) => {
    // A sub-agent's steps stand under the call that started it; without that line here they stand by themselves.
    if (starter !== undefined) {
      starter.inside.push(made);
      const around = open.get(item.instanceId);
      if (around !== undefined) around.endAt = at;
      return;
    }
    const work = workFor(item, key, entries, open);
    work.steps.push(made);
    work.endAt = at;
  };
  switch (entry.type) {
    case 'user_message':
      open.delete(item.instanceId);
      entries.push({ kind: 'said', key, at, instanceId: item.instanceId, text: entry.text });
      return;
    case 'assistant_text':
      if (entry.text.trim() !== '') step({ kind: 'text', key, at, text: entry.text });
      return;
    case 'thinking':
      if (entry.text.trim() !== '') step({ kind: 'thinking', key, at, text: entry.text });
      return;
    case 'tool_call': {
      const { tool, input } = entry;
      const call: ToolStep = {
        kind: 'tool',
        key,
        at,
        tool,
        input,
        result: null,
        inside: [],
        subAgent: null,
        costUsd: null,
      };
      calls.set(`${item.instanceId}.${entry.toolUseId}`, call);
      step(call);
      return;
    }
    case 'tool_result': {
      const call = calls.get(`${item.instanceId}.${entry.toolUseId}`);
      if (call !== undefined)
        call.result = { isError: entry.isError, output: entry.output, truncated: entry.truncated };
      const work = open.get(item.instanceId);
      if (work !== undefined) work.endAt = at;
      return;
    }
    case 'subagent_started': {
      const call = calls.get(`${item.instanceId}.${entry.toolUseId}`);
      if (call !== undefined) call.costUsd = costs.takeOf(item.instanceId, entry.subAgentId);
      return;
    }
    case 'subagent_ended': {
      const call = calls.get(`${item.instanceId}.${entry.toolUseId}`);
      if (call !== undefined) call.subAgent = entry;
      return;
    }
    case 'turn_ended': {
      const work = open.get(item.instanceId) ?? lastWork(entries, item.instanceId);
      if (work !== undefined) {
        work.ended = true;
        work.failed = entry.isError;
        if (open.has(item.instanceId)) work.endAt = at;
      }
      open.delete(item.instanceId);
      return;
    }
    case 'warning':
      if (entry.code === 'MODEL_RETRY' && addTry(item, key, entry.detail, false, entries, open)) return;
      step({ kind: 'note', key, at, text: entry.detail, bad: false });
      return;
    case 'rate_limited':
      if (entry.status === 'retrying' && addTry(item, key, entry.detail, true, entries, open)) return;
      step({ kind: 'note', key, at, text: `Rate limit: ${entry.detail}`, bad: true });
      return;
    case 'preflight_failed':
      step({ kind: 'note', key, at, text: `The agent could not start: ${entry.detail}`, bad: true });
      return;
    case 'exited': {
      const work = open.get(item.instanceId);
      if (work !== undefined) work.ended = true;
      open.delete(item.instanceId);
      return;
    }
    default:
      // Heartbeats, acknowledgements and hand-overs are the machinery's own; facts about them are events.
      return;
  }
}

/** One outage is one line, however often the model was asked meanwhile. False when this is no failed try. */
function addTry(
  item: LoggedItem,
  key: string,
  detail: string,
  limited: boolean,
  entries: Entry[],
  open: Map<string, Work>,
): boolean {
  const { at } = item.record;
  const work = workFor(item, key, entries, open);
  const last = work.steps.at(-1);
  const before = last?.kind === 'note' ? last : null;
  const failed = outageAfter(before?.outage ?? null, { at, detail, limited });
  if (failed === null) return false;
  const first = failed.outage.tries > 1 ? work.steps.pop() : undefined;
  work.steps.push({ kind: 'note', key: first?.key ?? key, at: first?.at ?? at, bad: limited, ...failed });
  work.endAt = at;
  return true;
}

function workFor(item: LoggedItem, key: string, entries: Entry[], open: Map<string, Work>): Work {
  const known = open.get(item.instanceId);
  if (known !== undefined) return known;
  const at = item.record.at;
  const work: Work = {
    kind: 'work',
    key: `w${key}`,
    at,
    instanceId: item.instanceId,
    steps: [],
    endAt: at,
    ended: false,
    failed: false,
  };
  open.set(item.instanceId, work);
  entries.push(work);
  return work;
}

const lastWork = (entries: readonly Entry[], instanceId: string): Work | undefined =>
  entries.findLast((entry): entry is Work => entry.kind === 'work' && entry.instanceId === instanceId);
