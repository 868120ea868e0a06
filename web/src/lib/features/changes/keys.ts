/** Where runs of changed lines begin, of what is on the page, in its order. */
export function changeStarts(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-start]')];
}

/** The next (or previous) change as seen from the top of the scrolled region. */
export function nextChange(root: HTMLElement, scroller: HTMLElement, direction: 1 | -1): HTMLElement | undefined {
  const edge = scroller.getBoundingClientRect().top + HEADER;
  const starts = changeStarts(root);
  if (direction === 1) return starts.find((row) => row.getBoundingClientRect().top > edge + 4);
  return starts.findLast((row) => row.getBoundingClientRect().top < edge - 4);
}

/** Where a change is scrolled to: below the file's sticky header, with a line of context. */
export const HEADER = 60;

export function scrollToRow(scroller: HTMLElement, row: HTMLElement): void {
  scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - HEADER;
}
