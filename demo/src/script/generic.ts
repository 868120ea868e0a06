import { bash, mcp, rewrite, type Script, type Step, type StepContext, type Story } from './step.ts';

const ASKS_FOR_ISSUES = /\b(?:open|propose|create)\b[^.\n]*\bissues\b/i;
/** What a scripted model can say of any repository. */
const ISSUES = [
  { title: 'Say in the README what this is for', body: 'Somebody who opens it has one minute.', labels: ['docs'] },
  { title: 'Run the tests on every push', body: 'With the command that the README names.', depends_on: [1] },
  { title: 'Name who looks after it', body: 'In `CODEOWNERS`, by teams rather than people.', depends_on: [1, 2] },
];

/**
 * For any task the demo has no story for: looks around, writes a note that says what this is, and hands over, so that
 * nothing waits for work that will never come.
 */
export function genericScript(story: Story): Script {
  const phase = story.phase;
  const file = phase === 'plan' ? 'PLAN.md' : phase === 'design' ? 'DESIGN.md' : 'NOTES.md';
  const steps: Step[] = [
    {
      id: 'look',
      say: () =>
        'This is a scripted demo model. It has a story for the sample repository’s task only; here it shows the way a task goes, without understanding it.',
      calls: () => [bash('git log --oneline -5; ls', 'Look around')],
    },
    {
      id: 'progress',
      calls: () => [mcp('report_progress', { step: 'Looking around', percent: 30, note: 'Scripted demo model' })],
    },
    {
      id: 'propose',
      calls: ({ opening }) => (ASKS_FOR_ISSUES.test(opening.text) ? [mcp('create_issues', { issues: ISSUES })] : []),
    },
    {
      id: 'write',
      say: () => `Writing ${file}, so that there is something to review.`,
      calls: rewrite(file, (context) => noteOf(context, phase)),
    },
  ];
  if (phase === null)
    return { steps, closing: () => `${file} is written. A scripted demo model has nothing more to add.` };
  if (file === 'NOTES.md') {
    steps.push({
      id: 'commit',
      calls: () => [
        bash('git add -A && git commit -q -m "Add the notes of the scripted demo" && git log --oneline -1', 'Commit'),
      ],
    });
  }
  steps.push({
    id: 'complete',
    calls: () => [
      mcp('complete_phase', {
        phase,
        summary: `Scripted demo: ${file} was written, nothing was understood.`,
        deliverables: file === 'NOTES.md' ? [] : [file],
      }),
    ],
  });
  return { steps, closing: () => `${file} is handed over. I stop here until I hear from a person.` };
}

function noteOf(context: StepContext, phase: string | null): string {
  const asked = context.opening.text
    .split('\n')
    .slice(0, 40)
    .map((line) => `> ${line}`);
  return [
    `# ${phase === null ? 'Notes' : `Notes of phase ${phase}`}`,
    '',
    'Written by the scripted demo model: a fixed text, not an answer. For real work, set ANTHROPIC_API_KEY and start the server again; Settings, Model and agents, says which model it uses.',
    '',
    '## What was asked',
    '',
    ...asked,
    '',
  ].join('\n');
}
