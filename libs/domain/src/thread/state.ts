import type { EventData, ThreadEvent } from '@claude-codex/contracts/events';
import type { ThreadLink, ThreadPlace, ThreadStatus, ThreadVerdict } from '@claude-codex/contracts/thread/events';
import { type Seen, skipUnknown } from '@claude-codex/eventing/decider';

export interface ThreadReply {
  readonly replyId: string;
  readonly body: string;
  readonly verdict: ThreadVerdict | null;
}

export interface KnownReply extends ThreadReply {
  /** Who said it here: a user id, of an agent that of its instance; empty where nobody can tell. */
  readonly by: string;
  /** Where it stands at its forge. */
  readonly link: ThreadLink | null;
}

export interface ThreadFacts extends EventData<'ThreadOpened'> {
  readonly replies: readonly KnownReply[];
  /** Where its lines are in the work of the round it was carried over to last; null: outdated. */
  readonly place: ThreadPlace | null;
  /** The round `place` is of. */
  readonly placedIn: number;
  /** Where what it began with stands at its forge; null: it is not there. */
  readonly link: ThreadLink | null;
  /** What its forge and we said of it last alike. */
  readonly agreed: ThreadStatus;
  /** Why its forge did not take the newest of it; null: it did, or was not asked. */
  readonly notSent: { readonly detail: string; readonly headSha: string } | null;
}

export type ThreadState = { status: 'none' } | ({ status: ThreadStatus } & ThreadFacts);

export const initialThread: ThreadState = { status: 'none' };

export function evolveThread(state: ThreadState, event: Seen<ThreadEvent>): ThreadState {
  if (event.type === 'ThreadOpened') {
    const { lines, round } = event.data;
    const place = { ...lines, touched: false };
    const alone = { link: null, agreed: 'open', notSent: null } as const;
    return { status: 'open', ...event.data, replies: [], place, placedIn: round, ...alone };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'ThreadReplied': {
      const { taskId: _taskId, ...reply } = event.data;
      return { ...state, replies: [...state.replies, { ...reply, by: sayerOf(event), link: null }], notSent: null };
    }
    case 'ThreadResolved':
      return { ...state, status: 'resolved', notSent: null };
    case 'ThreadUnresolved':
      return { ...state, status: 'open', notSent: null };
    case 'ThreadMoved':
      return { ...state, place: event.data.place, placedIn: event.data.round };
    case 'ThreadLinked':
      return linked(state, event.data);
    case 'ThreadAligned':
      return { ...state, agreed: event.data.status };
    case 'ThreadNotSent':
      return { ...state, notSent: { detail: event.data.detail, headSha: event.data.headSha } };
    case 'ThreadSendRequested':
      return { ...state, notSent: null };
    default:
      return skipUnknown(event, state);
  }
}

type Known = Exclude<ThreadState, { status: 'none' }>;

function linked(state: Known, { replyId, link }: EventData<'ThreadLinked'>): Known {
  if (replyId === null) return { ...state, link, notSent: null };
  const replies = state.replies.map((reply) => (reply.replyId === replyId ? { ...reply, link } : reply));
  return { ...state, replies, notSent: null };
}

function sayerOf({ meta }: Seen<ThreadEvent>): string {
  if (meta === undefined) return '';
  return meta.actor.kind === 'system' ? (meta.causedBy ?? '') : meta.actor.id;
}
