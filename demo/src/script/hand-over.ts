import { documentOf } from './feedback.ts';
import { bash, mcp, type Script, type Story } from './step.ts';

/** For a hand-over that was refused or forgotten: commits what there is and hands over again. */
export function handOverScript(story: Story): Script {
  const document = documentOf(story);
  return {
    steps: [
      {
        id: 'commit',
        say: () => 'Scripted demo model here. Committing whatever is open and handing over again.',
        calls: () => [bash('git add -A && git commit -q -m "Hand over" ; git status --short', 'Commit what is open')],
      },
      {
        id: 'complete',
        calls: () => [
          mcp('complete_phase', {
            phase: story.phase ?? 'develop',
            summary: 'Handed over again.',
            deliverables: document === null ? [] : [document],
          }),
        ],
      },
    ],
    closing: () => 'Handed over.',
  };
}
