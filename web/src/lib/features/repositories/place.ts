import type { RepositoryView } from '@claude-codex/contracts';
import { text } from './strings.ts';

/** Where a repository is, in the words people know it by there; `href` where it can be looked at. */
export function placeOf(source: RepositoryView['source']): { readonly words: string; readonly href: string | null } {
  switch (source.kind) {
    case 'sample':
      return { words: text.kindSample, href: null };
    case 'path':
      return { words: source.path, href: null };
    case 'git':
      return { words: source.url, href: null };
    case 'forge':
      return { words: source.slug, href: pageOf(source.url) };
  }
}

/** The page of what git takes over https; null for any other address, which nobody is led to. */
function pageOf(cloneUrl: string): string | null {
  return cloneUrl.startsWith('https://') ? cloneUrl.replace(/\.git$/, '') : null;
}
