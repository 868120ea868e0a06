import {
  type EventData,
  type InstanceView,
  idOf,
  type instanceEvents,
  type LossCause,
  type RecordedEvent,
  type TaskView,
} from '@claude-codex/contracts';
import { NO_USAGE } from '@claude-codex/contracts/live/task-page';
import { changeById, type Facts, putById } from './facts.ts';

/** What the streams of a task's instances say. Their `activity` is what a person reads, so it is words, not names. */
export const instanceFacts: Facts<keyof typeof instanceEvents> = {
  InstanceQueued(view, { data, stream, meta, at }) {
    const { taskId, repositoryId, name, kind, phase, attempt, branch, baseBranch, model } = data;
    const instance: InstanceView = {
      id: idOf(stream),
      taskId,
      workspaceId: meta.workspaceId,
      repositoryId,
      name,
      kind,
      state: 'queued',
      phase,
      attempt,
      branch,
      baseBranch,
      epoch: 0,
      runtime: null,
      managerId: null,
      sessionId: null,
      program: null,
      model,
      activity: 'Waiting for a free place',
      percent: null,
      queuedAt: at,
      startedAt: null,
      endedAt: null,
      pendingMessages: [],
      problem: null,
      usage: NO_USAGE,
    };
    return { ...view, instances: putById(view.instances, instance) };
  },
  InstanceStarting: (view, event) =>
    change(view, event, () => ({
      state: 'starting',
      epoch: event.data.epoch,
      runtime: event.data.runtime,
      managerId: event.data.managerId,
      activity: event.data.epoch === 1 ? 'Preparing the checkout' : 'Starting again where it was',
      problem: null,
      endedAt: null,
    })),
  InstanceStarted: (view, event) =>
    change(view, event, ({ startedAt }) => ({
      state: 'running',
      activity: 'Starting Claude Code',
      startedAt: startedAt ?? event.at,
    })),
  InstanceAttached: (view, event) =>
    change(view, event, () => ({
      sessionId: event.data.sessionId,
      program: event.data.program,
      model: event.data.model,
      activity: event.data.resumed ? 'Continuing' : 'Reading the task',
    })),
  ProgressReported: (view, event) =>
    change(view, event, () => ({ activity: progressWords(event.data), percent: event.data.percent })),
  PhaseSubmitted: (view, event) => change(view, event, () => ({ activity: 'Handing over its work', percent: 100 })),
  TurnEnded: (view) => view,
  CheckpointSaved: (view, event) => change(view, event, () => ({ sessionId: event.data.sessionId })),
  JournalKept: (view) => view,
  FeedbackSent: (view, event) =>
    change(view, event, ({ pendingMessages }) => ({
      pendingMessages: putById(pendingMessages, { id: event.data.messageId, text: event.data.text, at: event.at }),
      activity: 'Working on the requested changes',
      percent: null,
    })),
  MessageSent(view, event) {
    // The flow also talks to the agent (the prompt of the next phase): only what people wrote is listed as waiting.
    if (event.meta.actor.kind !== 'person') return view;
    const { messageId: id, text } = event.data;
    return change(view, event, ({ pendingMessages }) => ({
      pendingMessages: putById(pendingMessages, { id, text, at: event.at }),
    }));
  },
  MessageCancelled: (view, event) => change(view, event, (instance) => without(instance, event.data.messageId)),
  MessageDelivered: (view, event) => change(view, event, (instance) => without(instance, event.data.messageId)),
  ErrorReported: (view, event) => change(view, event, () => ({ activity: `Reports a problem: ${event.data.message}` })),
  ProtocolWarningRaised: (view) => view,
  InstancePaused: (view, event) => change(view, event, () => ({ state: 'paused' })),
  InstanceResumed: (view, event) => change(view, event, ({ epoch }) => ({ state: epoch === 0 ? 'queued' : 'running' })),
  InstanceLost: (view, event) => change(view, event, () => ({ state: 'lost', activity: lossWords(event.data.cause) })),
  InstanceFailed: (view, event) =>
    change(view, event, () => ({
      ...ended(event, 'failed', `Failed: ${event.data.detail}`),
      problem: { code: event.data.code, detail: event.data.detail },
    })),
  InstanceStopped: (view, event) => change(view, event, () => ended(event, 'stopped', 'Stopped')),
  InstanceCompleted: (view, event) => change(view, event, () => ended(event, 'completed', 'Finished')),
};

function change(
  view: TaskView,
  { stream }: RecordedEvent,
  changes: (before: InstanceView) => Partial<InstanceView>,
): TaskView {
  const id = idOf(stream);
  const before = view.instances.find((instance) => instance.id === id);
  return before === undefined ? view : { ...view, instances: changeById(view.instances, id, changes(before)) };
}

function without({ pendingMessages }: InstanceView, messageId: string): Partial<InstanceView> {
  return { pendingMessages: pendingMessages.filter(({ id }) => id !== messageId) };
}

function progressWords({ step, note }: EventData<'ProgressReported'>): string {
  return [step, note].filter((part) => part.trim() !== '').join(' · ');
}

function lossWords(cause: LossCause): string {
  switch (cause) {
    case 'egress_away':
      return 'Waits for the way to the model; goes on by itself';
    case 'engine_away':
      return 'Waits for the container engine; goes on by itself';
    case 'disk_full':
      return 'Waits for space on the disk; goes on by itself';
    case 'source_away':
      return 'Waits for the repository; goes on by itself';
    case 'git_away':
      return 'Waits for the git service; goes on by itself';
    case 'start_failed':
      return 'Could not be started; trying again';
    default:
      return 'Lost its machine; starting again';
  }
}

function ended({ at }: RecordedEvent, state: InstanceView['state'], activity: string): Partial<InstanceView> {
  return { state, activity, endedAt: at };
}
