/** The page's title with the count that needs somebody in front, as the tab shows it. */
export function pageTitle(name: string, needs: number): string {
  return `${needs > 0 ? `(${needs}) ` : ''}${name} · Claude Codex`;
}

/** The favicon as a data address, with a dot when something needs a person. */
export function favicon(needs: number): string {
  const dot = needs > 0 ? '<circle cx="25" cy="7" r="6.5" fill="#e0a13a" stroke="#fff" stroke-width="1.5"/>' : '';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1b1f24"/><path d="M10 9l-4 7 4 7M22 9l4 7-4 7" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/><circle cx="16" cy="16" r="3.2" fill="#e0875f"/>${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
