import type { Deliverable, PhaseView, TaskView, taskEvents } from '@claude-codex/contracts';
import { checkVerdict } from '@claude-codex/domain/task/check-verdict';
import { unlessSame } from '../unless-same.ts';
import { changeById, type Facts } from './facts.ts';
import { attemptsOf, changeAttempt, othersAside, startAttempt } from './phase-attempts.ts';

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
  TaskResumed: (view, { at }) => ({
    ...view,
    state: 'working',
    startedAt: view.startedAt ?? at,
    endedAt: null,
    problem: null,
  }),
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
  TaskRetried: (view) => ({ ...startedOver(view), state: 'queued', endedAt: null, problem: null }),
  TaskCompleted: (view, { at }) => ({ ...view, state: 'completed', endedAt: at, problem: null }),

  AttemptStarted(view, { data, at }) {
    const { phase, round, instanceId } = data;
    return {
      ...withPhase(view, phase, (before) => {
        const shown = { status: 'running' as const, round, reviewId: null, endedAt: null };
        return startAttempt(before, { instanceId, round, shown: { ...shown, startedAt: before.startedAt ?? at } });
      }),
      currentPhase: phase,
      // Only there when the instance of the phase before goes on.
      instances: changeById(view.instances, instanceId, { phase, percent: null, activity: 'Reading what comes next' }),
    };
  },

  AttemptCompleted(view, { data }) {
    const { phase, reviewId, instanceId, summary, deliverables, changes, evidence } = data;
    // Without a review there is nothing to look at: the phase runs until its approval, which follows by itself.
    const status = reviewId === null ? ('running' as const) : ('in_review' as const);
    const headSha = changes?.headSha ?? null;
    return {
      ...withPhase(view, phase, (before) =>
        changeAttempt(before, instanceId, {
          attempt: { status, reviewId, headSha, evidence, check: checkVerdict(changes, evidence) },
          shown: { status, reviewId, summary },
        }),
      ),
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
    instances: changeById(view.instances, instanceOf(view, data), {
      activity: `Not finished yet: ${data.reasons[0] ?? 'evidence is missing'}`,
    }),
  }),

  AttemptAnswered: (view) => view,

  AttemptChosen: (view, { data }) =>
    withPhase(withWorkOf(view, data.phase, data.instanceId), data.phase, (before) =>
      changeAttempt(before, data.instanceId, { attempt: {}, shown: {}, chosen: data.instanceId }),
    ),

  AttemptSetAside: (view, { data }) =>
    withPhase(view, data.phase, (before) =>
      changeAttempt(before, data.instanceId, { attempt: { status: 'set_aside' }, shown: {} }),
    ),

  PhaseApproved: (view, { data, at }) =>
    withPhase(withWorkOf(view, data.phase, data.instanceId), data.phase, (before) => {
      const kept = data.instanceId ?? before.instanceId;
      const shown = { status: 'approved' as const, endedAt: at };
      const approved = changeAttempt(before, kept, { attempt: { status: 'approved' }, shown, chosen: kept });
      return othersAside(approved, kept);
    }),

  AttemptReworkRequested(view, { data }) {
    const { phase, round, instanceId } = data;
    const attempt = { status: 'rework' as const, round, reviewId: null };
    return {
      ...withPhase(view, phase, (before) =>
        changeAttempt(before, instanceId, { attempt, shown: { ...attempt, endedAt: null } }),
      ),
      instances: changeById(view.instances, instanceOf(view, data), { percent: null }),
    };
  },

  AttemptRoundsExhausted: (view, { data }) => ({
    ...withPhase(view, data.phase, (before) => {
      const attempt = { status: 'exhausted' as const, round: data.round };
      return changeAttempt(before, data.instanceId, { attempt, shown: attempt });
    }),
    instances: changeById(view.instances, instanceOf(view, data), { activity: 'Waiting for a decision' }),
  }),

  AttemptRoundsGranted: (view, { data }) =>
    withPhase(view, data.phase, (before) => {
      const granted = (round: number) => ({ roundLimit: round + data.rounds });
      const id = data.instanceId ?? before.instanceId;
      const round = attemptsOf(before).find(({ instanceId }) => instanceId === id)?.round ?? before.round;
      return changeAttempt(before, id, { attempt: granted(round), shown: granted(round) });
    }),

  PhaseReopened(view, { data }) {
    const { phase, round, reason } = data;
    const again = reason === 'retry';
    return {
      ...withPhase(view, phase, (before) => {
        const roundLimit = Math.max(round, before.roundLimit);
        const changed = { round, reviewId: null, roundLimit };
        const id = data.instanceId ?? before.instanceId;
        return changeAttempt(before, id, {
          attempt: { ...changed, status: again ? 'set_aside' : 'rework' },
          shown: { ...changed, status: 'rework', endedAt: null },
          chosen: id,
        });
      }),
      currentPhase: phase,
      // What comes of it gets a pull request of its own.
      pullRequest: null,
      // A task that starts over does so with another agent; the one before has ended.
      instances: again
        ? view.instances
        : changeById(view.instances, instanceOf(view, data), {
            percent: null,
            activity: 'Reading what should be different',
          }),
    };
  },
};

/** New attempts take the place of those that were under way; until then the phase shows as it ended. */
function startedOver(view: TaskView): TaskView {
  const current = view.phaseDetails.find(({ status }) => status !== 'approved');
  return current === undefined ? view : withPhase(view, current.name, (before) => othersAside(before, null));
}

/** What the task changes is what the attempt changes that is kept, also when another one handed over after it. */
function withWorkOf(view: TaskView, name: string, kept: string | null): TaskView {
  const phase = view.phaseDetails.find((other) => other.name === name);
  const attempt = phase?.attemptsWanted === 1 ? undefined : phase?.attempts?.find((other) => other.instanceId === kept);
  const changes = view.reviews.find(({ id }) => id === attempt?.reviewId)?.changes;
  if (attempt === undefined || changes === undefined || changes === null) return view;
  return {
    ...view,
    changes: unlessSame(changes, view.changes),
    evidence: unlessSame(attempt.evidence, view.evidence),
  };
}

type Document = Deliverable & { phase: string; revisedBy: string | null };

/** The newest content of each document, where the older one stood. */
export function withDocument(documents: Document[], document: Document): Document[] {
  const known = documents.some(({ path }) => path === document.path);
  return known ? documents.map((other) => (other.path === document.path ? document : other)) : [...documents, document];
}

function withPhase(view: TaskView, name: string, change: (before: PhaseView) => PhaseView): TaskView {
  const phaseDetails = view.phaseDetails.map((phase) => (phase.name === name ? change(phase) : phase));
  return { ...view, phaseDetails };
}

function instanceOf(view: TaskView, { phase, instanceId }: { phase: string; instanceId: string | null }): string {
  return instanceId ?? view.phaseDetails.find(({ name }) => name === phase)?.instanceId ?? '';
}
