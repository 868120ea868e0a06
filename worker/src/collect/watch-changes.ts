import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import { createGit, type Git, names } from './git.ts';
import { list } from './unfinished.ts';

type Warning = Extract<JournalEntry, { type: 'warning' }>;

const LOOK_MS = 20_000;
/** What is still running after this was told to end long before, or nobody knows of it. */
const WATCHED_MS = 15 * 60_000;

/** One watch per checkout: the next collection takes the place of the last. */
const watches = new Map<string, NodeJS.Timeout>();

/**
 * Looks at the checkout for a while after its work was collected and tells once when something changes it: a process
 * that nobody waited for, or an agent that goes on. Whether that matters (a new round may have begun) is the manager's
 * to say.
 */
export async function watchChanges(
  checkout: string,
  env: Readonly<Record<string, string>>,
  warn: (warning: Warning) => void,
  { lookMs = LOOK_MS, watchedMs = WATCHED_MS } = {},
): Promise<void> {
  clearTimeout(watches.get(checkout));
  watches.delete(checkout);
  const git = createGit({ workTree: checkout }, env);
  const known = await stateOf(git);
  if (known === null) return;
  const until = Date.now() + watchedMs;

  const again = () => {
    if (Date.now() + lookMs > until) watches.delete(checkout);
    else watches.set(checkout, setTimeout(() => void look(), lookMs).unref());
  };
  const look = async () => {
    const mine = watches.get(checkout);
    const now = await stateOf(git);
    // Nobody can say anything about a repository that is gone; the next collection will.
    if (mine === undefined || watches.get(checkout) !== mine || now === null) return;
    const changed = [...now].filter((entry) => !known.has(entry)).map((entry) => entry.slice(3));
    if (changed.length === 0 && now.size === known.size) return again();
    const what = changed.length === 0 ? '' : `: ${list(changed)}`;
    watches.delete(checkout);
    warn({
      type: 'warning',
      code: 'CHANGED_AFTER_HAND_OVER',
      detail: `The checkout was changed after its work was handed over; that is not part of what is reviewed${what}`,
    });
  };

  again();
}

/** Every file that is not as committed, and where the branch is. */
async function stateOf(git: Git): Promise<Set<string> | null> {
  try {
    const files = names(await git('status', '--porcelain', '-z', '--untracked-files=all', '--no-renames'));
    return new Set([...files, `## commit ${await git('rev-parse', 'HEAD')}`]);
  } catch {
    return null;
  }
}
