import { shown } from '@claude-codex/contracts/hidden-characters';

/** Words in which others had a hand mean nothing to Markdown. */
export function plain(text: string): string {
  return shown(text).replaceAll(/[\\`*_[\]<>!|#~&]/g, (sign) => `\\${sign}`);
}
