/** Moves the focus between cards: up and down in a column, left and right to the neighbouring one that has cards. */
export function moveCard(root: HTMLElement, direction: 'up' | 'down' | 'left' | 'right'): void {
  const links = [...root.querySelectorAll<HTMLElement>('[data-card-link]')];
  const current = links.find((link) => link === document.activeElement);
  if (current === undefined) {
    links[0]?.focus();
    return;
  }
  if (direction === 'up' || direction === 'down') {
    const column = current.closest<HTMLElement>('[data-column]') ?? root;
    const own = links.filter((link) => column.contains(link));
    own[own.indexOf(current) + (direction === 'down' ? 1 : -1)]?.focus();
    return;
  }
  const columns = [...root.querySelectorAll<HTMLElement>('[data-column]')].filter((c) =>
    c.querySelector('[data-card-link]'),
  );
  const at = columns.findIndex((column) => column.contains(current));
  columns[at + (direction === 'right' ? 1 : -1)]?.querySelector<HTMLElement>('[data-card-link]')?.focus();
}

/** True when keys are text for somebody: a field, a terminal, an editable region. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('.xterm, [role="dialog"]') !== null
  );
}
