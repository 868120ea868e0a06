import type { Answer } from '@claude-codex/contracts/question/events';
import type { QuestionState } from '@claude-codex/domain/question/state';

type Asked = Extract<QuestionState, { status: 'open' }>['asked'];

const NUMBER = /^(\d{1,3})[.)]?$/;

/** What somebody answers in a comment: an option by its number, from 1, with what stands below it; or words. */
export function answerOf({ options }: Pick<Asked, 'options'>, text: string): Answer {
  const [first = '', ...rest] = text.trim().split('\n');
  const number = NUMBER.exec(first.trim())?.[1];
  const option = number === undefined ? undefined : options[Number(number) - 1];
  return option === undefined
    ? { choices: [], text: text.trim() }
    : { choices: [option.label], text: rest.join('\n').trim() };
}
