import { bash, mcp, type Opening, type Script, type Story } from './step.ts';

const MERGE = /`git merge (source\/\S+)`/;

/** The base that approved work is to be brought together with; null when the prompt is about something else. */
export function baseToMerge(opening: Opening): string | null {
  return opening.kind === 'phase' ? (MERGE.exec(opening.text)?.[1] ?? null) : null;
}

/** Brings approved work together with a base that changed in the same places: both sides' lines are kept. */
export function resolveScript(base: string, story: Story): Script {
  return {
    steps: [
      {
        id: 'merge',
        say: () => 'Scripted demo model here. Both sides changed the same lines; keeping both, ours first.',
        // A union of both sides: what a script can do without understanding either.
        calls: () => [
          bash(
            `mkdir -p .git/info && echo '* merge=union' > .git/info/attributes && git merge --no-edit ${base} ; rm .git/info/attributes ; git status --short`,
            'Merge the base',
          ),
        ],
      },
      { id: 'look', calls: () => [bash('git log --oneline -3', 'Look at the result')] },
      {
        id: 'complete',
        say: () => 'The merge is committed.',
        calls: () => [
          mcp('complete_phase', {
            phase: story.phase ?? 'develop',
            summary: `Merged ${base} into the branch; the lines both sides changed are kept from both.`,
            deliverables: [],
          }),
        ],
      },
    ],
    closing: () => 'The conflicts are resolved and the work is handed over again.',
  };
}
