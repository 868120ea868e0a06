import type { ManagerParts } from '../instances/parts.ts';
import { enqueueMerge } from '../merge/merge-jobs.ts';
import { enqueueMirror } from '../repositories/mirror-jobs.ts';

/**
 * Asks again for merges and mirrors that the log says were asked for so long ago and that have not ended: their jobs
 * were lost with the queue. One that still waits or runs is not asked for twice, because its id comes from the event.
 */
export async function enqueueLostJobs(
  { jobs, world, clock }: Pick<ManagerParts, 'jobs' | 'world' | 'clock'>,
  overdueMs: number,
): Promise<void> {
  for (const event of [...world.unfinished.values()]) {
    if (clock.now() - Date.parse(event.at) < overdueMs) continue;
    await enqueueMerge(jobs, event);
    await enqueueMirror(jobs, event);
  }
}
