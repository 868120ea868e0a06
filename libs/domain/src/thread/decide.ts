import type { EventData, ThreadEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse } from '../refuse.ts';
import { decideAtForge, type ForgeThreadCommand } from './decide-at-forge.ts';
import { evolveThread, initialThread, type ThreadReply, type ThreadState } from './state.ts';

export type ThreadCommand =
  | ({ type: 'OpenThread' } & EventData<'ThreadOpened'>)
  | ({ type: 'ReplyToThread' } & ThreadReply)
  | { type: 'ResolveThread' }
  | { type: 'UnresolveThread' }
  | ({ type: 'MoveThread' } & Omit<EventData<'ThreadMoved'>, 'taskId'>)
  | ForgeThreadCommand;

/**
 * What is said about lines of an agent's work, until somebody calls it settled. Everybody who may review resolves and
 * unresolves; an agent only replies. It says "done" with a reply and a person resolves, because whether a wish was met is
 * what a review is there to find out. A thread that is resolved may still be replied to, and stays resolved.
 */
export function decideThread(command: ThreadCommand, state: ThreadState): ThreadEvent[] {
  if (command.type === 'OpenThread') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'ThreadOpened', data }] : [];
  }
  if (command.type === 'HearThread') {
    const { type: _type, link, ...data } = command;
    if (state.status !== 'none') return [];
    const { taskId } = data;
    return [
      { type: 'ThreadOpened', data },
      { type: 'ThreadLinked', data: { taskId, replyId: null, link } },
    ];
  }
  if (state.status === 'none') return refuse('THREAD_NOT_FOUND');
  const { taskId } = state;
  switch (command.type) {
    case 'ReplyToThread': {
      const { type: _type, ...reply } = command;
      const isKnown = state.replies.some(({ replyId }) => replyId === reply.replyId);
      return isKnown ? [] : [{ type: 'ThreadReplied', data: { taskId, ...reply } }];
    }
    case 'ResolveThread':
      return state.status === 'resolved' ? [] : [{ type: 'ThreadResolved', data: { taskId } }];
    case 'UnresolveThread':
      return state.status === 'open' ? [] : [{ type: 'ThreadUnresolved', data: { taskId } }];
    case 'MoveThread': {
      const { type: _type, ...moved } = command;
      return moved.round <= state.placedIn ? [] : [{ type: 'ThreadMoved', data: { taskId, ...moved } }];
    }
    default:
      return decideAtForge(command, state);
  }
}

export const threadDecider: Decider<ThreadState, ThreadCommand, ThreadEvent> = {
  initialState: initialThread,
  evolve: evolveThread,
  decide: decideThread,
};
