import { endOf, greetTest, taskTest, wordsOf } from './develop-files.ts';
import { greetOf, styleIn, styleOf } from './greeting.ts';
import { rewrite, type Step, type StepContext } from './step.ts';

/**
 * For a checkout that has the change from an earlier task: the tone that was chosen now, where it is another one, and one
 * more test under the task's own number, so that there is always something to review and two tasks never share a file.
 */
export const NEXT_CHANGE: readonly Step[] = [
  {
    id: 'tone',
    say: (context) =>
      `The greeting is ${styleIn(greetOf(context))} as it stands; ${styleOf(context)} was chosen now. Changing its words.`,
    calls: (context) => {
      const [from, to] = [styleIn(greetOf(context)), styleOf(context)];
      if (from === to) return [];
      const edit = (old_string: string, new_string: string) => ({
        name: 'Edit',
        input: { file_path: 'src/greet.js', old_string, new_string },
      });
      return [
        ...(context.failures.length > 0 ? [{ name: 'Read', input: { file_path: 'src/greet.js' } }] : []),
        edit(`const WORDS = ${wordsOf(from)};`, `const WORDS = ${wordsOf(to)};`),
        edit(`}${endOf(from)}\`;`, `}${endOf(to)}\`;`),
        ...rewrite('test/greet.test.js', () => greetTest(to))(context),
      ];
    },
  },
  {
    id: 'taskTest',
    say: () => 'What is there deserves one more test: that every hour of a day has a greeting.',
    calls: (context) =>
      rewrite(`test/task-${taskNumberOf(context)}.test.js`, () => taskTest(taskNumberOf(context)))(context),
  },
];

function taskNumberOf({ opening }: StepContext): string {
  return /^Task #(\d+)/m.exec(opening.text)?.[1] ?? '0';
}
