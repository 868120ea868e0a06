// The git service's work of storing a change, as a process of its own so that its memory can be told:
// node store-change.ts <git directory> <base> <head> <blobs>
import { computeDiff } from '@claude-codex/git/diffs/compute-diff';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';

const [gitDir, baseSha, headSha, blobs] = process.argv.slice(2);
if (gitDir === undefined || baseSha === undefined || headSha === undefined || blobs === undefined)
  throw new Error('store-change.ts <git directory> <base> <head> <blobs>');
const before = process.memoryUsage().rss;
const from = performance.now();
const change = await computeDiff(gitDir, { baseSha, headSha }, createDirectoryBlobs(blobs));
process.stdout.write(
  JSON.stringify({
    ...change,
    ms: performance.now() - from,
    grownMb: (process.resourceUsage().maxRSS * 1024 - before) / 1024 ** 2,
  }),
);
