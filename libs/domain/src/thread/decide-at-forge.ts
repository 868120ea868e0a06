import type { EventData, ThreadEvent } from '@claude-codex/contracts/events';
import type { ThreadLink, ThreadStatus } from '@claude-codex/contracts/thread/events';
import { unknownCommand } from '../refuse.ts';
import type { ThreadReply, ThreadState } from './state.ts';

/** What is learned of a thread at its forge, and what came of sending it there. */
export type ForgeThreadCommand =
  /** Somebody began it there: with what it stands there under, so that it is never taken for one to be sent. */
  | ({ type: 'HearThread'; link: ThreadLink } & EventData<'ThreadOpened'>)
  | { type: 'HearReply'; reply: ThreadReply; link: ThreadLink }
  /** What its forge says of it, when that is what somebody said last. */
  | { type: 'HearStatus'; status: ThreadStatus }
  /** It was sent, now or by one that was killed before it could say so. */
  | ({ type: 'LinkThread' } & Omit<EventData<'ThreadLinked'>, 'taskId'>)
  | { type: 'AlignThread'; status: ThreadStatus }
  | { type: 'RecordNotSent'; detail: string; headSha: string }
  | { type: 'SendThread' };

type Known = Exclude<ThreadState, { status: 'none' }>;

export function decideAtForge(
  command: Exclude<ForgeThreadCommand, { type: 'HearThread' }>,
  state: Known,
): ThreadEvent[] {
  const { taskId } = state;
  switch (command.type) {
    case 'HearReply': {
      const { reply, link } = command;
      if (state.replies.some(({ replyId }) => replyId === reply.replyId)) return [];
      return [
        { type: 'ThreadReplied', data: { taskId, ...reply } },
        { type: 'ThreadLinked', data: { taskId, replyId: reply.replyId, link } },
      ];
    }
    case 'HearStatus':
      return [...settled(state, command.status), ...aligned(state, command.status)];
    case 'LinkThread': {
      const { replyId, link } = command;
      const known = replyId === null ? state : state.replies.find((reply) => reply.replyId === replyId);
      return known === undefined || known.link !== null
        ? []
        : [{ type: 'ThreadLinked', data: { taskId, replyId, link } }];
    }
    case 'AlignThread':
      return aligned(state, command.status);
    case 'RecordNotSent':
      return isSaid(state, command)
        ? []
        : [{ type: 'ThreadNotSent', data: { taskId, detail: command.detail, headSha: command.headSha } }];
    case 'SendThread':
      return state.notSent === null ? [] : [{ type: 'ThreadSendRequested', data: { taskId } }];
    default:
      return unknownCommand(command);
  }
}

function settled({ taskId, status }: Known, wanted: ThreadStatus): ThreadEvent[] {
  if (status === wanted) return [];
  return [{ type: wanted === 'resolved' ? 'ThreadResolved' : 'ThreadUnresolved', data: { taskId } }];
}

function aligned({ taskId, agreed }: Known, status: ThreadStatus): ThreadEvent[] {
  return agreed === status ? [] : [{ type: 'ThreadAligned', data: { taskId, status } }];
}

function isSaid({ notSent }: Known, { detail, headSha }: NonNullable<Known['notSent']>): boolean {
  return notSent?.detail === detail && notSent.headSha === headSha;
}
