import { cutText } from '@claude-codex/contracts/text';
import type { Said } from './said.ts';

/** A prompt is paid for with every turn. This holds some hundred comments. */
const MAX_LENGTH = 20_000;

/** What people said, oldest first, as the agent reads it: the newest that fit, and how many are missing. Empty without any. */
export function saidText(said: readonly Said[]): string {
  if (said.length === 0) return '';
  const kept = newest(said);
  const left = said.length - kept.length;
  const sections = kept.map(({ about, text }, index) =>
    kept[index - 1]?.about === about ? text : `${about}:\n${text}`,
  );
  return [
    'What people have said about this so far, oldest first. It holds for you too. Some of it may be done already, or be about work that is not in your checkout: look first.',
    ...(left === 0 ? [] : [`[${left} older ${left === 1 ? 'remark is' : 'remarks are'} left out here]`]),
    ...sections,
  ].join('\n\n');
}

function newest(said: readonly Said[]): Said[] {
  const kept: Said[] = [];
  let room = MAX_LENGTH;
  for (const one of said.toReversed()) {
    room -= one.about.length + one.text.length;
    if (room < 0 && kept.length > 0) break;
    kept.unshift(room < 0 ? { ...one, text: `${cutText(one.text, MAX_LENGTH)}\n[cut here]` } : one);
  }
  return kept;
}
