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
        calls: () => [bash(mergeCommand(base), 'Merge the base')],
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

/**
 * A union of both sides is what a script can do without understanding either. Where another task brought the demo's own
 * greeting to the base, a union would declare its words twice: the tone stays ours, and the name that may be empty theirs.
 */
function mergeCommand(base: string): string {
  return `mkdir -p .git/info
if git grep -q day-part.js ${base} -- src/greet.js; then both=demo; echo '*.md merge=union'; else echo '* merge=union'; fi > .git/info/attributes
git merge --no-commit --no-ff -X ours ${base}
rm .git/info/attributes
if [ "$both" = demo ]; then
  git checkout HEAD -- src/greet.js test/greet.test.js
  if [ -f test/empty-name.test.js ] && ! grep -q "|| 'there'" src/greet.js; then
    sed "s/(at)]}, \\\${name}/(at)]}, \\\${name.trim() || 'there'}/" src/greet.js > .git/greet.js && cat .git/greet.js > src/greet.js
    rm .git/greet.js
  fi
fi
git commit -qa --no-edit
git status --short`;
}
