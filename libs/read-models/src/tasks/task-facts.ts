import type { Deliverable, PhaseView, TaskView, taskEvents } from '@claude-codex/contracts';
import { changeById, type Facts } from './facts.ts';

/** What the task's own stream says, besides its beginning and its deletion. */
export const taskFacts: Facts<Exclude<keyof typeof taskEvents, 'TaskCreated' | 'TaskDeleted'>> = {
  TaskDescribed: (view, { data }) => ({ ...view, title: data.title, description: data.description }),
  TaskPrioritised: (view, { data }) => ({ ...view, priority: data.priority }),
  TaskLabelled: (view, { data }) => ({ ...view, labels: data.labels }),
  TaskQueued: (view) => ({ ...view, state: 'queued' }),
  TaskStarted: (view, { at }) => ({ ...view, state: 'working', startedAt: view.startedAt ?? at }),
  TaskHeldBack: (view, { data, at }) => ({
    ...view,
    // As long as it is the same thing, it lasts since it was first said.
    held: { ...data, since: view.held?.cause === data.cause ? view.held.since : at },
  }),
  TaskPaused: (view) => ({ ...view, state: 'paused' }),
  TaskResumed: (view, { at }) => ({ ...view, state: 'working', startedAt: view.startedAt ?? at }),
  TaskCancelled: (view, { data, at }) => ({
    ...view,
    state: 'cancelled',
    endedAt: at,
    // Why a task had failed or was rejected stays to be read after somebody gave it up.
    problem: view.problem ?? (data.reason === '' ? null : { code: 'TASK_CANCELLED', detail: data.reason }),
  }),
  TaskFailed: (view, { data, at }) => ({
    ...view,
    state: 'failed',
    endedAt: at,
    problem: { code: data.code, detail: data.detail },
  }),
  TaskRetried: (view) => ({ ...view, state: 'queued', endedAt: null, problem: null }),
  TaskCompleted: (view, { at }) => ({ ...view, state: 'completed', endedAt: at, problem: null }),

  AttemptStarted(view, { data, at }) {
    const { phase, round, instanceId } = data;
    return {
      ...withPhase(view, phase, (before) => ({
        status: 'running',
        round,
        instanceId,
        reviewId: null,
        startedAt: before.startedAt ?? at,
        endedAt: null,
      })),
      currentPhase: phase,
      // Only there when the instance of the phase before goes on.
      instances: changeById(view.instances, instanceId, { phase, percent: null, activity: 'Reading what comes next' }),
    };
  },

  AttemptCompleted(view, { data }) {
    const { phase, reviewId, summary, deliverables, changes, evidence } = data;
    // Without a gate there is nothing to look at: the phase runs until its approval, which follows by itself.
    const status = reviewId === null ? 'running' : 'in_review';
    return {
      ...withPhase(view, phase, () => ({ status, reviewId, summary })),
      documents: deliverables.reduce(
        (documents, deliverable) => withDocument(documents, { ...deliverable, phase, revisedBy: null }),
        view.documents,
      ),
      changes: changes ?? view.changes,
      evidence,
    };
  },

  AttemptRefused: (view, { data }) => ({
    ...view,
    instances: changeById(view.instances, instanceOf(view, data.phase), {
      activity: `Not finished yet: ${data.reasons[0] ?? 'evidence is missing'}`,
    }),
  }),

  AttemptAnswered: (view) => view,

  PhaseApproved: (view, { data, at }) => withPhase(view, data.phase, () => ({ status: 'approved', endedAt: at })),

  AttemptReworkRequested(view, { data }) {
    const { phase, round } = data;
    return {
      ...withPhase(view, phase, () => ({ status: 'rework', round, reviewId: null, endedAt: null })),
      instances: changeById(view.instances, instanceOf(view, phase), { percent: null }),
    };
  },

  AttemptRoundsExhausted: (view, { data }) => ({
    ...withPhase(view, data.phase, () => ({ status: 'exhausted', round: data.round })),
    instances: changeById(view.instances, instanceOf(view, data.phase), { activity: 'Waiting for a decision' }),
  }),

  AttemptRoundsGranted: (view, { data }) =>
    withPhase(view, data.phase, ({ round }) => ({ roundLimit: round + data.rounds })),

  PhaseReopened(view, { data }) {
    const { phase, round } = data;
    const reopened = { status: 'rework' as const, round, reviewId: null, endedAt: null };
    return {
      ...withPhase(view, phase, ({ roundLimit }) => ({ ...reopened, roundLimit: Math.max(round, roundLimit) })),
      currentPhase: phase,
      // What comes of it gets a pull request of its own.
      pullRequest: null,
      instances: changeById(view.instances, instanceOf(view, phase), {
        percent: null,
        activity: 'Reading what should be different',
      }),
    };
  },
};

type Document = Deliverable & { phase: string; revisedBy: string | null };

/** The newest content of each document, where the older one stood. */
export function withDocument(documents: Document[], document: Document): Document[] {
  const known = documents.some(({ path }) => path === document.path);
  return known ? documents.map((other) => (other.path === document.path ? document : other)) : [...documents, document];
}

function withPhase(view: TaskView, name: string, change: (before: PhaseView) => Partial<PhaseView>): TaskView {
  const phaseDetails = view.phaseDetails.map((phase) => (phase.name === name ? { ...phase, ...change(phase) } : phase));
  return { ...view, phaseDetails };
}

function instanceOf(view: TaskView, phase: string): string {
  return view.phaseDetails.find(({ name }) => name === phase)?.instanceId ?? '';
}
