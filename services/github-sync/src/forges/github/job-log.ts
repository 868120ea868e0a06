import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { asking } from '../../api/faults.ts';
import type { Place } from './place.ts';

/** A step that failed is near the end of its job; what comes before is not kept while it is read. */
const KEPT = 256 * 1024;
/** A log that goes on after this is not read to its end. */
const READ_MAX = 64 * 1024 * 1024;

/** The end of what a job printed. Throws `ForgeAway`, and `GithubRefused` for one that is gone or not for us to see. */
export async function jobLog({ octokit, owner, repo }: Place, jobId: number): Promise<string> {
  const wanted = { owner, repo, job_id: jobId, request: { parseSuccessResponseBody: false } };
  const { data } = await asking(octokit.rest.actions.downloadJobLogsForWorkflowRun(wanted), Date.now());
  if (!(data instanceof ReadableStream)) return '';
  try {
    return await endOf(data);
  } catch (error) {
    throw new ForgeAway('forge_away', 'GitHub broke off while it sent a log.', { cause: error });
  }
}

async function endOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let [kept, read] = [0, 0];
  for await (const chunk of stream) {
    chunks.push(chunk);
    kept += chunk.length;
    read += chunk.length;
    while (kept - (chunks[0]?.length ?? 0) >= KEPT) kept -= chunks.shift()?.length ?? 0;
    // Leaving the loop ends the request.
    if (read > READ_MAX) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
