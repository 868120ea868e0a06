import { FORGES, type ForgeProvider } from '@claude-codex/contracts/forge';
import { shown } from '@claude-codex/contracts/hidden-characters';
import type { ForgeCheck } from '@claude-codex/contracts/pull-request/events';
import { NOT_INSTRUCTIONS, quotedText } from './quoted-text.ts';

/** Checks that failed at a forge, as an agent reads of them: it sees nothing of that forge itself. */
export function failedChecksText(failed: readonly ForgeCheck[], provider: ForgeProvider): string {
  const names = failed.map(({ name }) => `- ${shown(name)}`);
  const reports = failed.flatMap(({ name, report }) => (report === null ? [] : [reportText(name, report)]));
  return [
    `These checks of ${FORGES[provider].title} failed:\n${names.join('\n')}`,
    ...(reports.length === 0 ? [] : [NOT_INSTRUCTIONS, ...reports]),
  ].join('\n\n');
}

const FROM: Readonly<Record<NonNullable<ForgeCheck['report']>['from'], string>> = {
  log: 'the part of its log that says why',
  annotations: 'what it remarked',
  summary: 'what it says',
  description: 'what it says',
  nowhere: 'nothing more is known',
};

function reportText(name: string, { from, text }: NonNullable<ForgeCheck['report']>): string {
  return `${shown(name)} — ${FROM[from]}:\n${quotedText(text)}`;
}
