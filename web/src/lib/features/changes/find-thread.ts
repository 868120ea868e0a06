import type { Item, ListedFile } from './items.ts';
import { HEADER } from './keys.ts';
import type { ReviewState } from './review-state.svelte.ts';
import { type ShownThread, standsBehind } from './thread-places.ts';

/** The block of lines a thread stands in, read for it if need be; null where it stands at the head of its file. */
export async function blockOf(
  review: ReviewState,
  file: ListedFile,
  { line: at }: ShownThread,
): Promise<{ part: number; line: number } | null> {
  if (at === null || review.diff === null) return null;
  for (const part of file.parts.keys()) {
    await review.diff.want(file, part);
    const state = review.diff.part(file, part);
    if (typeof state !== 'object' || !('part' in state)) continue;
    const line = state.part.hunks.flatMap(({ lines }) => lines).findIndex((other) => standsBehind(other, at));
    if (line !== -1) return { part, line };
  }
  return null;
}

/** The item of the list a thread is in; that of its file's head when it is in no block. */
export function itemWith(items: readonly Item[], file: ListedFile, block: Awaited<ReturnType<typeof blockOf>>): number {
  const found = items.findIndex(
    (item) =>
      item.file.at === file.at &&
      (block === null
        ? item.kind === 'threads'
        : item.kind === 'lines' && item.part === block.part && item.from <= block.line && block.line < item.to),
  );
  return found === -1 ? items.findIndex((item) => item.file.at === file.at) : found;
}

/** Frames until what was scrolled to is there: lines are made a few blocks in a frame. */
const FRAMES = 60;

/** Frames for which it is kept there: the list, newly measured, still scrolls to where it was told before. */
const SETTLING = 30;

/**
 * Brings a thread that is being made into the middle of what is in sight, or its beginning there when it is higher, and the
 * focus to it.
 */
export function focusThread(scroller: HTMLElement, id: string, frames = FRAMES): void {
  const found = threadIn(scroller, id);
  if (found !== null) {
    bring(scroller, found);
    found.focus({ preventScroll: true });
    keepInSight(scroller, id, SETTLING);
  } else if (frames > 0) requestAnimationFrame(() => focusThread(scroller, id, frames - 1));
}

function threadIn(scroller: HTMLElement, id: string): HTMLElement | null {
  return scroller.querySelector<HTMLElement>(`[data-thread="${CSS.escape(id)}"]`);
}

function bring(scroller: HTMLElement, thread: HTMLElement): void {
  const isHigh = thread.offsetHeight + HEADER > scroller.clientHeight;
  thread.scrollIntoView({ block: isHigh ? 'start' : 'center' });
}

/** Until somebody goes elsewhere. */
function keepInSight(scroller: HTMLElement, id: string, frames: number): void {
  if (frames === 0) return;
  requestAnimationFrame(() => {
    const thread = threadIn(scroller, id);
    if (thread === null || !thread.contains(document.activeElement)) return;
    const { top } = thread.getBoundingClientRect();
    const sight = scroller.getBoundingClientRect();
    if (top < sight.top || top > sight.bottom - HEADER) bring(scroller, thread);
    keepInSight(scroller, id, frames - 1);
  });
}
