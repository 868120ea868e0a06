import type { ThreadStatus } from '@claude-codex/contracts/thread/events';

/** What brings both sides together again: nothing, saying there what is said here, or here what is said there. */
export type Settling = 'nothing' | 'tell' | 'hear' | 'note';

/**
 * Who spoke last of whether a thread is settled. There are two answers, so where both sides differ exactly one of them
 * is not what they last agreed on: that one was said since. `note`: both said the same meanwhile.
 */
export function settling(
  { status: here, agreed }: { readonly status: ThreadStatus; readonly agreed: ThreadStatus },
  there: ThreadStatus,
): Settling {
  if (here === there) return here === agreed ? 'nothing' : 'note';
  return here === agreed ? 'hear' : 'tell';
}
