import {
  CLI,
  DAY_PART,
  DAY_PART_TEST,
  GREET_BEFORE,
  greetAfter,
  greetTest,
  SIGNATURE,
  type Style,
} from './develop-files.ts';
import { bash, type CallWithoutId, mcp, type Script, type StepContext } from './step.ts';

/** People may take days to answer, and a restart cuts the call short each time: ask again rather than go on without. */
const PATIENT = 50;

/** Asks a question and for a key, changes the code, tests and commits. */
export const developScript: Script = {
  steps: [
    {
      id: 'start',
      say: () => 'Scripted demo model here: prepared answers, real tool calls. Starting with the code as it is.',
      calls: () => [
        { name: 'Read', input: { file_path: 'src/greet.js' } },
        { name: 'Read', input: { file_path: 'src/cli.js' } },
        { name: 'Read', input: { file_path: 'test/greet.test.js' } },
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
    { id: 'signature', calls: () => [{ name: 'Write', input: { file_path: 'src/signature.js', content: SIGNATURE } }] },
    { id: 'cli', calls: rewrite('src/cli.js', () => CLI) },
    { id: 'test1', calls: rewrite('test/greet.test.js', (context) => greetTest(styleOf(context))) },
    {
      id: 'test2',
      calls: () => [{ name: 'Write', input: { file_path: 'test/day-part.test.js', content: DAY_PART_TEST } }],
    },
    {
      id: 'run',
      say: () => 'Running all tests and the board itself.',
      calls: () => [bash('node --test 2>&1 | tail -n 12 && node src/cli.js', 'Run the tests and the program')],
    },
    {
      id: 'commit',
      say: () => 'Green. Committing.',
      calls: () => [
        bash(
          'git add -A && git commit -q -m "Greet visitors by the time of day and sign each line" && git log --oneline -1',
          'Commit',
        ),
      ],
    },
    {
      id: 'complete',
      say: () => 'The change is ready for review.',
      calls: () => [
        mcp('complete_phase', {
          phase: 'develop',
          summary:
            'Visitors are greeted by the part of the day; lines are signed when GREETING_API_KEY is set. Tests cover every border of the day.',
          deliverables: [],
        }),
      ],
    },
  ],
  closing: () => 'The code is committed and handed over for review. I stop here until I hear from a person.',
};

/** The label that was chosen. Capital letters count: the question itself has the word "formal" in it. */
function styleOf(context: StepContext): Style {
  const answer = context.resultOf('question') ?? '';
  return answer.includes('Formal') && !answer.includes('Friendly') ? 'formal' : 'friendly';
}

/** Replaces a whole file that exists; Claude Code wants it read first, also after a resume. */
function rewrite(path: string, content: (context: StepContext) => string) {
  return (context: StepContext): CallWithoutId[] => [
    ...(context.failures.length > 0 ? [{ name: 'Read', input: { file_path: path } }] : []),
    { name: 'Write', input: { file_path: path, content: content(context) } },
  ];
}
