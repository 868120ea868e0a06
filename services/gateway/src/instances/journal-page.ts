import type { JournalPage } from '@claude-codex/contracts';
import type { Journal, JournalLine, JournalPlace } from '@claude-codex/service-kit/journal';
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

const MAX_SPAN = 10_000;

/** One page in order of time, and whether more follows in the direction asked for. Signs of life are left out. */
export async function journalPage(
  journal: Journal,
  instanceId: string,
  { epoch, seq, limit, direction }: z.output<typeof JournalQuery>,
): Promise<z.input<typeof JournalPage>> {
  const backward = direction === 'backward';
  const items: JournalLine[] = [];
  let place: JournalPlace | null = epoch === 0 ? null : { epoch, seq };
  // Journals of earlier releases may hold hours of nothing else, so it reads further each time.
  for (let span = limit + 1; ; span = Math.min(span * 4, MAX_SPAN)) {
    const lines = backward
      ? await journal.readBack(instanceId, { ...(place && { before: place }), limit: span })
      : await journal.read(instanceId, { ...(place && { after: place }), limit: span });
    const shown = lines.filter(({ record }) => record.entry.type !== 'heartbeat');
    if (backward) items.unshift(...shown);
    else items.push(...shown);
    const last = backward ? lines[0] : lines.at(-1);
    if (items.length > limit || lines.length < span || last === undefined) break;
    place = { epoch: last.epoch, seq: last.record.seq };
  }
  return { items: backward ? items.slice(-limit) : items.slice(0, limit), hasMore: items.length > limit };
}
