import { idOf, type RecordedEvent, type TaskView, type ThreadView, type threadEvents } from '@claude-codex/contracts';
import { changeById, type Facts, personOf, putById } from './facts.ts';

/** What is said about lines of the work, from one round to the next. */
export const threadFacts: Facts<keyof typeof threadEvents> = {
  ThreadOpened(view, { data, stream, at }) {
    const { headSha: _headSha, ...opened } = data;
    const thread: ThreadView = {
      id: idOf(stream),
      ...opened,
      status: 'open',
      resolvedBy: null,
      replies: [],
      places: [],
      createdAt: at,
    };
    return { ...view, threads: putById(view.threads, thread) };
  },
  ThreadReplied(view, event) {
    const { replyId, body, verdict } = event.data;
    const { actor } = event.meta;
    const byAgent = actor.kind === 'instance';
    const by = byAgent ? actor.id : (personOf(event) ?? actor.id);
    const reply = { id: replyId, by, byAgent, body, verdict, at: event.at };
    return change(view, event, ({ replies }) => ({ replies: [...replies, reply] }));
  },
  ThreadResolved: (view, event) => change(view, event, () => ({ status: 'resolved', resolvedBy: personOf(event) })),
  ThreadUnresolved: (view, event) => change(view, event, () => ({ status: 'open', resolvedBy: null })),
  ThreadMoved(view, event) {
    const { round, place } = event.data;
    return change(view, event, ({ places }) => ({ places: [...places, { round, place }] }));
  },
};

function change(
  view: TaskView,
  { stream }: RecordedEvent,
  changes: (before: ThreadView) => Partial<ThreadView>,
): TaskView {
  const id = idOf(stream);
  const before = view.threads.find((thread) => thread.id === id);
  return before === undefined ? view : { ...view, threads: changeById(view.threads, id, changes(before)) };
}
