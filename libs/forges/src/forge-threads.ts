import type { RemoteForge } from '@claude-codex/contracts/forge';
import type { ThreadLines, ThreadLink, ThreadStatus } from '@claude-codex/contracts/thread/events';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Change, ForgeRefusal } from './forge.ts';

/** Something said in a thread at a forge. */
export interface ForgeWords {
  /** The forge's own. */
  readonly commentId: string;
  readonly login: string;
  readonly body: string;
  readonly url: string;
  /** What of ours it is, by the mark we gave it; null: words of others. */
  readonly ours: { readonly kind: 'thread' | 'reply'; readonly id: string } | null;
}

export type LineRange = Pick<ThreadLines, 'startLine' | 'endLine'>;

/** Words about lines of a change, as they stand at its forge. */
export interface ForgeThread {
  /** The forge's own. */
  readonly threadId: string;
  readonly status: ThreadStatus;
  /** The account that resolved it; null for one that is open. */
  readonly resolvedBy: string | null;
  readonly path: string;
  readonly side: ThreadLines['side'];
  /** Lines of the commit it was begun at, and of the newest one; null: of the whole file, or not there any more. */
  readonly lines: LineRange | null;
  readonly linesNow: LineRange | null;
  readonly commitSha: string;
  /** The lines as they were. */
  readonly quote: string;
  readonly first: ForgeWords;
  readonly replies: readonly ForgeWords[];
}

/** Something of ours that is to stand there, in Markdown. `id`: it is found again by. */
export interface Saying {
  readonly id: string;
  readonly text: string;
}

/** What a thread of ours begins with there. `atFile`: what it says where `lines` of what stands there cannot be had. */
export interface Opening extends Saying {
  readonly path: string;
  readonly lines: ThreadLines | null;
  readonly atFile: string;
}

/**
 * Threads about the lines of a change, where a forge has them. All of it throws `ForgeAway`; a no of the forge is an
 * answer. What is written may be there although its answer was lost: whoever writes reads first, and finds it by its id.
 */
export interface ThreadForge {
  /** Of all that was submitted, within bounds, oldest first; null where that is not for us to see. */
  read(change: Change): Promise<ForgeThread[] | null>;
  /** What the forge does not say is no. */
  mayWrite(change: Change, login: string): Promise<boolean>;
  /** At its lines of the commit that stands there, else at its file. */
  begin(change: Change, opening: Opening): Promise<ThreadLink | ForgeRefusal>;
  /** Below the comment a thread began with. */
  reply(change: Change, commentId: string, saying: Saying): Promise<ThreadLink | ForgeRefusal>;
  settle(change: Change, threadId: string, status: ThreadStatus): Promise<{ readonly ok: true } | ForgeRefusal>;
}

/** What a thread is called here that was begun at a forge. @param commentId of what it began with */
export function heardThreadId(provider: RemoteForge, commentId: string): string {
  return idFrom(provider, 'thread', commentId);
}

/** The same of an answer. */
export function heardReplyId(provider: RemoteForge, commentId: string): string {
  return idFrom(provider, 'reply', commentId);
}
