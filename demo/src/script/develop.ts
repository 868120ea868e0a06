import { NEXT_CHANGE } from './develop-again.ts';
import { CLI, DAY_PART, DAY_PART_TEST, GREET_BEFORE, greetAfter, greetTest, SIGNATURE } from './develop-files.ts';
import { greetOf, greetsByDayPart, styleOf } from './greeting.ts';
import { bash, mcp, onlyWhere, rewrite, type Script, type Step, type StepContext } from './step.ts';

/** People may take days to answer, and a restart cuts the call short each time: ask again rather than go on without. */
const PATIENT = 50;

/** Makes the first part of the sample's change, in a checkout that does not have it yet. */
const FIRST_GREETING: readonly Step[] = [
  {
    id: 'daypart',
    say: (context) =>
      `${styleOf(context) === 'formal' ? 'Formal' : 'Friendly'} it is. First the part of the day, which needs nothing else.`,
    calls: () => [{ name: 'Write', input: { file_path: 'src/day-part.js', content: DAY_PART } }],
  },
  {
    id: 'greet',
    calls: (context) => [
      // A session that was resumed may have forgotten that it read the file; an edit then asks for reading it first.
      ...(context.failures.length > 0 ? [{ name: 'Read', input: { file_path: 'src/greet.js' } }] : []),
      {
        name: 'Edit',
        input: { file_path: 'src/greet.js', old_string: GREET_BEFORE, new_string: greetAfter(styleOf(context)) },
      },
    ],
  },
];

/** The rest of it, once the key is there. */
const FIRST_CHANGE: readonly Step[] = [
  { id: 'signature', calls: () => [{ name: 'Write', input: { file_path: 'src/signature.js', content: SIGNATURE } }] },
  { id: 'cli', calls: rewrite('src/cli.js', () => CLI) },
  { id: 'test1', calls: rewrite('test/greet.test.js', (context) => greetTest(styleOf(context))) },
  { id: 'test2', calls: rewrite('test/day-part.test.js', () => DAY_PART_TEST) },
];

/** Asks a question and for a key, changes the code, tests and commits. */
export const developScript: Script = {
  steps: [
    {
      id: 'start',
      say: () => 'Scripted demo model here: prepared answers, real tool calls. Starting with the code as it is.',
      calls: () => [
        { name: 'Read', input: { file_path: 'src/cli.js' } },
        { name: 'Read', input: { file_path: 'test/greet.test.js' } },
        { name: 'Read', input: { file_path: 'src/greet.js' } },
      ],
    },
    {
      id: 'progress1',
      calls: () => [
        mcp('report_progress', { step: 'Clearing open points', percent: 10, note: 'One question, one key' }),
      ],
    },
    {
      id: 'question',
      say: () => 'One thing only a person can decide: the tone of the greeting.',
      tries: PATIENT,
      answeredBy: (remark) => (/Friendly|Formal/.test(remark) ? remark : null),
      calls: () => [
        mcp('ask_question', {
          category: 'clarification',
          question: 'How formal should the greeting on the lobby display be?',
          options: [
            { label: 'Friendly', description: 'Morning, Ada!' },
            { label: 'Formal', description: 'Good morning, Ada.' },
          ],
          multi: false,
        }),
      ],
    },
    ...FIRST_GREETING.map((step) => onlyWhere(isFirstChange, step)),
    {
      id: 'progress2',
      calls: () => [
        mcp('report_progress', { step: 'Greeting by the time of day', percent: 45, note: 'Next: signatures' }),
      ],
    },
    {
      id: 'key',
      say: () =>
        'Signing needs the key of the greeting service. It does not belong into the repository, so I ask for it.',
      tries: PATIENT,
      answeredBy: (remark) => (remark.includes('GREETING_API_KEY') ? remark : null),
      calls: () => [
        mcp('request_dependency', {
          type: 'env_variable',
          name: 'GREETING_API_KEY',
          description:
            'Key of the greeting service; the display checks the signature made with it. Any text will do in the demo.',
          required: true,
        }),
      ],
    },
    {
      id: 'keycheck',
      say: () => 'Checking that the key is there, without printing it.',
      // Without a value "declined" is a fine answer: the board is then drawn unsigned.
      calls: () => [bash(`echo "GREETING_API_KEY has \${#GREETING_API_KEY} characters"`, 'Check that the key arrived')],
    },
    ...FIRST_CHANGE.map((step) => onlyWhere(isFirstChange, step)),
    ...NEXT_CHANGE.map((step) => onlyWhere((context) => !isFirstChange(context), step)),
    {
      id: 'run',
      say: () => 'Running all tests and the board itself.',
      calls: () => [bash('node --test 2>&1 | tail -n 12 && node src/cli.js', 'Run the tests and the program')],
    },
    {
      id: 'commit',
      say: () => 'Green. Committing.',
      calls: (context) => [
        bash(`git add -A && git commit -q -m "${subjectOf(context)}" && git log --oneline -1`, 'Commit'),
      ],
    },
    {
      id: 'complete',
      say: () => 'The change is ready for review.',
      calls: (context) => [
        mcp('complete_phase', {
          phase: 'develop',
          summary: isFirstChange(context)
            ? 'Visitors are greeted by the part of the day; lines are signed when GREETING_API_KEY is set. Tests cover every border of the day.'
            : `An earlier task made visitors be greeted by the part of the day. This one keeps to the ${styleOf(context)} tone that was chosen and tests every hour.`,
          deliverables: [],
        }),
      ],
    },
  ],
  closing: () => 'The code is committed and handed over for review. I stop here until I hear from a person.',
};

function isFirstChange(context: StepContext): boolean {
  return !greetsByDayPart(greetOf(context));
}

function subjectOf(context: StepContext): string {
  return isFirstChange(context)
    ? 'Greet visitors by the time of day and sign each line'
    : `Test the greeting of every hour, in its ${styleOf(context)} tone`;
}
