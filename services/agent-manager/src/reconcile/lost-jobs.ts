import type { ManagerParts } from '../instances/parts.ts';
import { mergeRequest } from '../merge/merge-jobs.ts';
import { mirrorRequest } from '../repositories/mirror-jobs.ts';

/**
 * Asks again for merges and mirrors that the log says were asked for so long ago and that have not ended: their jobs
 * were lost with the queue, or given up while the log could not take what came of them. One that still waits or runs is
 * not asked for twice, because its id comes from the event.
 */
export async function enqueueLostJobs(
  { jobs, world, clock }: Pick<ManagerParts, 'jobs' | 'world' | 'clock'>,
  overdueMs: number,
): Promise<void> {
  for (const event of [...world.unfinished.values()]) {
    if (clock.now() - Date.parse(event.at) < overdueMs) continue;
    const request = mergeRequest(event) ?? mirrorRequest(event);
    if (request === null) continue;
    await jobs.enqueue(request);
    await jobs.retry(request.queue, request.jobId);
  }
}
