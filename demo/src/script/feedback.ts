import { greetsEmptyName } from './greeting.ts';
import {
  bash,
  type CallWithoutId,
  mcp,
  type Opening,
  onlyWhere,
  rewrite,
  type Script,
  type Step,
  type StepContext,
  type Story,
} from './step.ts';

type Feedback = Extract<Opening, { kind: 'feedback' }>;

const EMPTY_NAME_TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

const morning = new Date(2026, 0, 15, 9, 0);

test('a visitor without a name is greeted all the same', () => {
  assert.match(greet('', morning), /, there[.!]$/);
  assert.match(greet('   ', morning), /, there[.!]$/);
});

test('spaces around a name do not reach the display', () => {
  assert.match(greet(' Ada ', morning), /, Ada[.!]$/);
});
`;

const EMPTY_NAME: readonly Step[] = [
  {
    id: 'edit',
    say: () => 'One thing the first version gets wrong: an empty name. Fixing that with these comments in mind.',
    calls: (context): CallWithoutId[] => [
      // A session that was resumed may have forgotten that it read the file.
      ...(context.failures.length > 0 ? [{ name: 'Read', input: { file_path: 'src/greet.js' } }] : []),
      {
        name: 'Edit',
        input: {
          file_path: 'src/greet.js',
          old_string: `(at)]}, \${name}`,
          new_string: `(at)]}, \${name.trim() || 'there'}`,
        },
      },
    ],
  },
  {
    id: 'test',
    calls: rewrite('test/empty-name.test.js', () => EMPTY_NAME_TEST),
  },
  { id: 'run', calls: () => [bash('node --test 2>&1 | tail -n 12', 'Run the tests')] },
];

/** Answers a review: quotes the comments, makes an edit, tests, commits and hands over again. */
export function feedbackScript(opening: Feedback, story: Story): Script {
  const comments = commentsOf(opening.text);
  const heard =
    comments.length === 0 ? 'No line comments, so I go by the summary.' : comments.map((c) => `> ${c}`).join('\n');
  const document = documentOf(story);
  return {
    steps: [
      {
        id: 'heard',
        say: () => `Scripted demo model here. This is what was asked:\n\n${heard}`,
        calls: () => [
          mcp('report_progress', { step: `Reworking, round ${opening.round}`, percent: 20, note: 'Comments read' }),
        ],
      },
      ...(document === null && story.isSample
        ? codeSteps(story)
        : noteSteps(document ?? 'NOTES.md', comments, opening.round)),
      ...(document === null ? commitSteps(opening.round) : []),
      ...answerSteps(threadsOf(opening.text), story),
      {
        id: 'complete',
        say: () => 'Ready for another look.',
        calls: () => [
          mcp('complete_phase', {
            phase: story.phase ?? 'develop',
            summary: `Reworked after round ${opening.round}; comments answered: ${comments.length}.`,
            deliverables: document === null ? [] : [document],
          }),
        ],
      },
    ],
    closing: () => 'The comments are answered and the work is handed over again.',
  };
}

/** The `- path:line — comment` lines of the feedback, without the quoted hunks. */
function commentsOf(text: string): string[] {
  return [...text.matchAll(/^- (?:\[thread \w+\] )?(\S+:\d+.*)$/gm)].map((match) => match[1] ?? '');
}

/** The threads that the feedback names, each once. */
function threadsOf(text: string): string[] {
  return [...new Set([...text.matchAll(/^- \[thread (\w+)\] /gm)].map((match) => match[1] ?? ''))];
}

/** The document that a phase hands over; null for phases that hand over commits. */
export function documentOf(story: Story): string | null {
  if (story.phase === 'plan') return 'PLAN.md';
  return story.phase === 'design' ? 'DESIGN.md' : null;
}

/**
 * The first rework handles a name that is empty, which the first version gets wrong; later ones, and those in a checkout
 * where an earlier task has seen to it, write down what was said.
 */
function codeSteps(story: Story): Step[] {
  const said = `rework ${story.reworks} was asked for and its comments were read`;
  const note = noteSteps('README.md', [said], story.reworks);
  if (story.reworks > 1) return note;
  const isHandled = (context: StepContext) => greetsEmptyName(context.resultOf('look') ?? '');
  return [
    { id: 'look', calls: () => [{ name: 'Read', input: { file_path: 'src/greet.js' } }] },
    ...EMPTY_NAME.map((step) => onlyWhere((context) => !isHandled(context), step)),
    ...note.map((step) => onlyWhere(isHandled, step)),
  ];
}

function noteSteps(file: string, comments: readonly string[], round: number): Step[] {
  const lines = comments.length === 0 ? ['- No line comments were given.'] : comments.map((comment) => `- ${comment}`);
  const text = [
    '',
    `## Answers to review round ${round}`,
    '',
    '_Scripted demo model: the comments are repeated, not understood._',
    '',
    ...lines,
  ];
  return [
    {
      id: 'note',
      say: () => `Adding the answers to ${file}.`,
      // Quoted delimiter: nothing in a comment is expanded; each line starts with "- ", so none can end the text early.
      calls: () => [bash(`cat >> ${file} <<'ANSWERS'\n${text.join('\n')}\nANSWERS`, `Append the answers to ${file}`)],
    },
  ];
}

function answerSteps(threads: readonly string[], story: Story): Step[] {
  if (threads.length === 0) return [];
  const text =
    story.isSample && story.reworks === 1
      ? 'A visitor without a name is greeted as "there" now; test/empty-name.test.js covers it.'
      : 'The comment is written down. I am a script: I repeat it and do not understand it.';
  const answer = (thread: string) => mcp('answer_thread', { thread, verdict: 'done', text });
  return [{ id: 'answer', say: () => 'Answering each thread of the review.', calls: () => threads.map(answer) }];
}

function commitSteps(round: number): Step[] {
  const message = `Answer the review, round ${round}`;
  return [
    {
      id: 'commit',
      calls: () => [bash(`git add -A && git commit -q -m "${message}" && git log --oneline -1`, 'Commit')],
    },
  ];
}
