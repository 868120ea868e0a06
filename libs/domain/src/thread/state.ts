import type { EventData, ThreadEvent } from '@claude-codex/contracts/events';
import type { ThreadPlace, ThreadVerdict } from '@claude-codex/contracts/thread/events';
import { type Seen, skipUnknown } from '@claude-codex/eventing/decider';

export interface ThreadReply {
  readonly replyId: string;
  readonly body: string;
  readonly verdict: ThreadVerdict | null;
}

export interface ThreadFacts extends EventData<'ThreadOpened'> {
  readonly replies: readonly ThreadReply[];
  /** Where its lines are in the work of the round it was carried over to last; null: outdated. */
  readonly place: ThreadPlace | null;
  /** The round `place` is of. */
  readonly placedIn: number;
}

export type ThreadState = { status: 'none' } | ({ status: 'open' | 'resolved' } & ThreadFacts);

export const initialThread: ThreadState = { status: 'none' };

export function evolveThread(state: ThreadState, event: Seen<ThreadEvent>): ThreadState {
  if (event.type === 'ThreadOpened') {
    const { lines, round } = event.data;
    return { status: 'open', ...event.data, replies: [], place: { ...lines, touched: false }, placedIn: round };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'ThreadReplied': {
      const { taskId: _taskId, ...reply } = event.data;
      return { ...state, replies: [...state.replies, reply] };
    }
    case 'ThreadResolved':
      return { ...state, status: 'resolved' };
    case 'ThreadUnresolved':
      return { ...state, status: 'open' };
    case 'ThreadMoved':
      return { ...state, place: event.data.place, placedIn: event.data.round };
    default:
      return skipUnknown(event, state);
  }
}
