import { remembered } from '#lib/drafts/storage.ts';

export type Theme = 'system' | 'light' | 'dark';

/** Sets the theme of this page and remembers it here, so that the next load paints in it from the start. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  remembered.set('codex.theme', theme);
}

export function currentTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

/** True on a browser where nobody has chosen yet: the person's own choice elsewhere counts then. */
export function themeIsUnset(): boolean {
  return remembered.get('codex.theme') === null;
}
