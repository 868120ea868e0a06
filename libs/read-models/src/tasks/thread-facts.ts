import {
  idOf,
  type RecordedEvent,
  type TaskView,
  type ThreadLink,
  type ThreadView,
  type threadEvents,
} from '@claude-codex/contracts';
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
      link: null,
      notSent: null,
      createdAt: at,
    };
    return { ...view, threads: putById(view.threads, thread) };
  },
  ThreadReplied(view, event) {
    const { replyId, body, verdict } = event.data;
    const { actor } = event.meta;
    const byAgent = actor.kind === 'instance';
    const by = byAgent ? actor.id : (personOf(event) ?? actor.id);
    const reply = { id: replyId, by, byAgent, body, verdict, link: null, at: event.at };
    return change(view, event, ({ replies }) => ({ replies: [...replies, reply], notSent: null }));
  },
  ThreadResolved: (view, event) =>
    change(view, event, () => ({ status: 'resolved', resolvedBy: personOf(event), notSent: null })),
  ThreadUnresolved: (view, event) => change(view, event, () => ({ status: 'open', resolvedBy: null, notSent: null })),
  ThreadMoved(view, event) {
    const { round, place } = event.data;
    return change(view, event, ({ places }) => ({ places: [...places, { round, place }] }));
  },
  ThreadLinked(view, event) {
    const { replyId, link } = event.data;
    return change(view, event, ({ replies }) =>
      replyId === null
        ? { link: shown(link), notSent: null }
        : { replies: changeById(replies, replyId, { link: shown(link) }), notSent: null },
    );
  },
  ThreadAligned: (view) => view,
  ThreadNotSent: (view, event) => change(view, event, () => ({ notSent: event.data.detail })),
  ThreadSendRequested: (view, event) => change(view, event, () => ({ notSent: null })),
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

function shown({ provider, url, from, login }: ThreadLink): ThreadView['link'] {
  return { provider, url, from, login };
}
