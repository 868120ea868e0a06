import { mcp, rewrite, type Script } from './step.ts';

const DESIGN = `# Design: greet visitors by the time of day

> Written by the scripted demo model. The tool calls were real, the words were prepared.

## Modules

\`\`\`
cli.js ──► greet.js ──► day-part.js
   └─────► signature.js
\`\`\`

- \`dayPart(at: Date): 'morning' | 'afternoon' | 'evening'\` is pure; the time is an argument, so tests need no clock.
- \`greet(name, at = new Date())\` keeps its first argument, so today's callers go on working.
- \`sign(line, key)\` is the first 12 hex digits of an HMAC-SHA-256. Without a key the board is drawn unsigned, as today.

## Decisions

1. **Local time**, not UTC: the display hangs in one lobby.
2. **The key comes from the environment** (\`GREETING_API_KEY\`). It is never written to a file, a log or a commit.
3. **Hours 5, 12 and 18** start a new part of the day. They are named constants in one place.
`;

/** Reads the approved plan, writes \`DESIGN.md\` and stops at the gate. */
export const designScript: Script = {
  steps: [
    {
      id: 'read',
      say: () => 'Scripted demo model here. The plan was approved; the design follows it.',
      calls: () => [
        { name: 'Read', input: { file_path: 'src/greet.js' } },
        { name: 'Read', input: { file_path: 'src/cli.js' } },
      ],
    },
    {
      id: 'progress',
      calls: () => [
        mcp('report_progress', { step: 'Drawing the modules', percent: 50, note: 'Three pure functions, one caller' }),
      ],
    },
    {
      id: 'write',
      say: () => 'Time and key become arguments, so that everything can be tested without a clock or a secret.',
      calls: rewrite('DESIGN.md', () => DESIGN),
    },
    {
      id: 'complete',
      say: () => 'The design is ready for a person to read.',
      calls: () => [
        mcp('complete_phase', {
          phase: 'design',
          summary: 'Three small pure functions with time and key as arguments; local time; unsigned without a key.',
          deliverables: ['DESIGN.md'],
        }),
      ],
    },
  ],
  closing: () => 'DESIGN.md is written and handed over for review. I stop here until it is approved.',
};
