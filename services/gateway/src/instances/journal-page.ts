import type { JournalPage } from '@claude-codex/contracts';
import type { Journal } from '@claude-codex/service-kit/journal';
import { z } from 'zod';

/**
 * A page of a journal starts after `epoch.seq`; without them at its beginning. Backward it ends before that place;
 * without them at the newest line.
 */
export const JournalQuery = z.object({
  epoch: z.coerce.number().int().nonnegative().max(1_000_000).default(0),
  seq: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0),
  direction: z.enum(['forward', 'backward']).default('forward'),
  limit: z.coerce.number().int().min(1).max(2000).default(500),
});

/** One page in order of time, and whether more follows in the direction asked for. */
export async function journalPage(
  journal: Journal,
  instanceId: string,
  { epoch, seq, limit, direction }: z.output<typeof JournalQuery>,
): Promise<z.input<typeof JournalPage>> {
  if (direction === 'backward') {
    const before = epoch === 0 ? {} : { before: { epoch, seq } };
    const newest = await journal.readBack(instanceId, { ...before, limit: limit + 1 });
    return { items: newest.slice(-limit), hasMore: newest.length > limit };
  }
  const after = epoch === 0 ? {} : { after: { epoch, seq } };
  const lines = await journal.read(instanceId, { ...after, limit: limit + 1 });
  return { items: lines.slice(0, limit), hasMore: lines.length > limit };
}
