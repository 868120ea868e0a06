import { shown } from '@claude-codex/contracts/hidden-characters';

/** The page's title with the count that needs somebody in front, as the tab shows it. */
export function pageTitle(name: string, needs: number): string {
  return `${needs > 0 ? `(${needs}) ` : ''}${shown(name)} · Claude Codex`;
}

/** Shows the icon in the tab, with a dot when something needs a person. The page's own link holds it; see app.html. */
export function showFavicon(needs: number): void {
  const link = document.getElementById('favicon');
  if (!(link instanceof HTMLLinkElement)) return;
  const plain = link.href.replace(DOT, '');
  link.href = needs > 0 ? plain.replace(END, `${DOT}${END}`) : plain;
}

const END = encodeURIComponent('</svg>');
const DOT = encodeURIComponent('<circle cx="25" cy="7" r="6.5" fill="#e0a13a" stroke="#fff" stroke-width="1.5"/>');
