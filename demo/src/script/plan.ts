import { greetsByDayPart } from './greeting.ts';
import { bash, mcp, rewrite, type Script, type StepContext } from './step.ts';

const PLAN = `# Plan: greet visitors by the time of day

> Written by the scripted demo model. The tool calls were real, the words were prepared.

## What happens today

\`greet(name)\` in \`src/greet.js\` always answers \`Hello, <name>!\`. \`src/cli.js\` greets every visitor and draws the board.
Nothing knows what time it is, and nothing signs a line.

## What will change

| file | change |
|---|---|
| \`src/day-part.js\` | new: \`dayPart(date)\` answers \`morning\` (5–11), \`afternoon\` (12–17) or \`evening\` |
| \`src/greet.js\` | \`greet(name, at)\` greets by the part of the day |
| \`src/signature.js\` | new: \`sign(line, key)\`, an HMAC of the line that the display checks |
| \`src/cli.js\` | greets with the current time and signs each line when a key is set |
| \`test/\` | the borders of each part of the day, greeting and signature |

## Open points

1. **How formal should the greeting be?** "Good morning, Ada." or "Morning, Ada!": asked before the first edit.
2. **The key of the greeting service** is not in the repository and must not be. It is requested as \`GREETING_API_KEY\`.

## How we know it works

\`node --test\` passes, with a test for each border of the day (4:59, 5:00, 11:59, 12:00, 17:59, 18:00).
`;

const PLAN_AGAIN = `# Plan: greet visitors by the time of day

> Written by the scripted demo model. The tool calls were real, the words were prepared.

## What happens today

An earlier task was merged: \`src/greet.js\` greets by the part of the day already, and \`src/cli.js\` signs its lines.

## What will change

| file | change |
|---|---|
| \`src/greet.js\`, \`test/greet.test.js\` | the tone that is chosen now, where it is another one |
| \`test/\` | one more test: every hour of a day has a greeting |

## Open points

1. **How formal should the greeting be?** It is asked again, before the first edit.
2. **The key of the greeting service** belongs to a task; it is requested again as \`GREETING_API_KEY\`.
`;

/** Reads the project, writes \`PLAN.md\` and stops at the gate. */
export const planScript: Script = {
  steps: [
    {
      id: 'look',
      say: () =>
        'Scripted demo model here: the answers are prepared, the tool calls are real. First a look at the project.',
      calls: () => [bash('git log --oneline && ls -R src test data', 'Show the history and the files')],
    },
    {
      id: 'read',
      say: () => 'The greeting and the place that calls it are what this task is about.',
      calls: () => [
        { name: 'Read', input: { file_path: 'src/cli.js' } },
        { name: 'Read', input: { file_path: 'src/greet.js' } },
      ],
    },
    {
      id: 'progress',
      calls: () => [
        mcp('report_progress', { step: 'Reading the project', percent: 40, note: 'Four small modules, four tests' }),
      ],
    },
    {
      id: 'baseline',
      say: () => 'Before planning a change: do the tests pass as they are?',
      calls: () => [bash('node --test 2>&1 | tail -n 10', 'Run the tests')],
    },
    {
      id: 'write',
      say: () => 'They do. Writing the plan down.',
      calls: rewrite('PLAN.md', (context) => (isDoneAlready(context) ? PLAN_AGAIN : PLAN)),
    },
    {
      id: 'ready',
      calls: () => [mcp('report_progress', { step: 'Plan written', percent: 100, note: 'PLAN.md is ready to read' })],
    },
    {
      id: 'complete',
      say: () => 'The plan is ready for a person to read.',
      calls: (context) => [
        mcp('complete_phase', {
          phase: 'plan',
          summary: isDoneAlready(context)
            ? 'The greeting follows the time of day already; its tone is asked for again, and every hour gets a test.'
            : 'Two new modules (part of the day, signature), a changed greeting, and tests for each border of the day.',
          deliverables: ['PLAN.md'],
        }),
      ],
    },
  ],
  closing: () => 'PLAN.md is written and handed over for review. I stop here until it is approved.',
};

function isDoneAlready(context: StepContext): boolean {
  return greetsByDayPart(context.resultOf('read') ?? '');
}
