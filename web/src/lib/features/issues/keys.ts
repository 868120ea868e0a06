const MOVES: Readonly<Record<string, 1 | -1>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** Moves the focus between the boxes of a list of issues, or ticks the one that has it; false: the key means nothing here. */
export function moveBox(root: HTMLElement, key: string): boolean {
  const boxes = [...root.querySelectorAll<HTMLInputElement>('[data-issue]:not(:disabled)')];
  const at = boxes.findIndex((box) => box.matches(':focus'));
  if (key === 'x') {
    boxes[at]?.click();
    return at !== -1;
  }
  const by = MOVES[key];
  // Arrows scroll the page until somebody is in the list.
  if (by === undefined || (at === -1 && key.startsWith('Arrow'))) return false;
  const next = at === -1 ? boxes[0] : boxes[at + by];
  next?.focus();
  return next !== undefined;
}
