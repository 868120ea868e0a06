import {
  type DependencyView,
  type dependencyEvents,
  idOf,
  type QuestionView,
  type questionEvents,
  type RecordedEvent,
  type TaskView,
} from '@claude-codex/contracts';
import { changeById, type Facts, personOf, putById } from './facts.ts';
import { hears } from './waiting.ts';

/** What agents ask people for: answers and named values. */
export const questionFacts: Facts<keyof typeof questionEvents> = {
  QuestionAsked(view, { data, stream, at }) {
    const question: QuestionView = {
      id: idOf(stream),
      ...data,
      status: 'open',
      answer: null,
      answeredBy: null,
      delivered: false,
      askedAt: at,
      answeredAt: null,
    };
    const questions = putById(view.questions, question);
    return doing({ ...view, questions }, data.instanceId, 'Waiting for an answer');
  },
  QuestionAnswered(view, event) {
    const answeredBy = event.data.by === 'person' ? personOf(event) : null;
    const changed = changeQuestion(view, event, {
      status: 'answered',
      answer: event.data.answer,
      answeredBy,
      answeredAt: event.at,
    });
    return doing(changed, askerOf(view.questions, event), 'Reading the answer');
  },
  AnswerDelivered(view, event) {
    const changed = changeQuestion(view, event, { delivered: true });
    return doing(changed, askerOf(view.questions, event), 'Continuing with the answer');
  },
  QuestionWithdrawn(view, event) {
    const changed = changeQuestion(view, event, { status: 'withdrawn' });
    const instanceId = askerOf(view.questions, event);
    return hears(view, instanceId) ? doing(changed, instanceId, 'Continuing') : changed;
  },
};

export const dependencyFacts: Facts<keyof typeof dependencyEvents> = {
  DependencyRequested(view, { data, stream, at }) {
    const dependency: DependencyView = {
      id: idOf(stream),
      ...data,
      status: 'open',
      reason: null,
      resolvedBy: null,
      delivered: false,
      requestedAt: at,
      resolvedAt: null,
    };
    const dependencies = putById(view.dependencies, dependency);
    return doing({ ...view, dependencies }, data.instanceId, `Waiting for ${data.name}`);
  },
  DependencyProvided(view, event) {
    const changed = changeDependency(view, event, {
      status: 'provided',
      resolvedBy: personOf(event),
      resolvedAt: event.at,
    });
    return doing(changed, askerOf(view.dependencies, event), 'Receiving what it asked for');
  },
  DependencyValueLost(view, event) {
    const changed = changeDependency(view, event, {
      status: 'open',
      resolvedBy: null,
      resolvedAt: null,
      delivered: false,
    });
    return doing(changed, askerOf(view.dependencies, event), 'Waiting for a value again');
  },
  DependencyDeclined(view, event) {
    const changed = changeDependency(view, event, {
      status: 'declined',
      reason: event.data.reason,
      resolvedBy: personOf(event),
      resolvedAt: event.at,
    });
    return doing(changed, askerOf(view.dependencies, event), 'Going on without what it asked for');
  },
  DependencyDelivered(view, event) {
    const changed = changeDependency(view, event, { delivered: true });
    return doing(changed, askerOf(view.dependencies, event), 'Continuing');
  },
};

function changeQuestion(view: TaskView, { stream }: RecordedEvent, change: Partial<QuestionView>): TaskView {
  return { ...view, questions: changeById(view.questions, idOf(stream), change) };
}

function changeDependency(view: TaskView, { stream }: RecordedEvent, change: Partial<DependencyView>): TaskView {
  return { ...view, dependencies: changeById(view.dependencies, idOf(stream), change) };
}

function doing(view: TaskView, instanceId: string, activity: string): TaskView {
  return { ...view, instances: changeById(view.instances, instanceId, { activity }) };
}

function askerOf(requests: readonly { id: string; instanceId: string }[], { stream }: RecordedEvent): string {
  const id = idOf(stream);
  return requests.find((request) => request.id === id)?.instanceId ?? '';
}
