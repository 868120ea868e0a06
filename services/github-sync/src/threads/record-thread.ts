import { streamOf } from '@claude-codex/contracts';
import { type ThreadCommand, threadDecider } from '@claude-codex/domain';
import { readWholeStream } from '@claude-codex/eventing';
import { record } from '../desk/record.ts';
import type { ReviewedWork, ThreadParts } from './parts.ts';

/**
 * Writes down what was learned of a thread, or done with it: as what follows from its newest event, so that what is said
 * again later, as that it is resolved, is not taken for the same.
 */
export async function recordThread(
  { store, log }: ThreadParts,
  { newest }: Pick<ReviewedWork, 'newest'>,
  {
    threadId,
    command,
    by,
  }: { readonly threadId: string; readonly command: ThreadCommand; readonly by?: string | null },
): Promise<void> {
  const stream = streamOf('thread', threadId);
  const after = (await readWholeStream(store, stream)).at(-1) ?? newest;
  await record({ store, log }, after, { stream, decider: threadDecider, command, ...(by === undefined ? {} : { by }) });
}
