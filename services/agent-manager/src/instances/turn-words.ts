import type { FinishedTurn } from './run-state.ts';

/**
 * What a person reads of a turn that failed. Claude Code calls a turn whose model call was refused a success that is an
 * error; its result then says which.
 */
export function wordsOfFailed({ subtype, result }: Pick<FinishedTurn, 'subtype' | 'result'>): string {
  const said = result.trim();
  if (subtype === 'success')
    return said === '' ? 'Claude Code ended the turn with an error and did not say which.' : said;
  const early = `Claude Code ended the turn early (${subtype.replaceAll('_', ' ')})`;
  return said === '' ? `${early}.` : `${early}: ${said}`;
}
