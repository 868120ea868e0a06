/**
 * Blocks of lines that came into sight, a few in each frame: however fast somebody scrolls, no frame is longer for it, and
 * what has left the sight before its turn is never made.
 */
const IN_A_FRAME = 2;
const waiting = new Set<() => void>();
let asked = false;

/** Calls back when it is this one's turn; gives what takes the wish back. */
export function inTurn(callback: () => void): () => void {
  waiting.add(callback);
  next();
  return () => waiting.delete(callback);
}

function next(): void {
  if (asked || waiting.size === 0) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    // The last ones first: those somebody is looking at now.
    for (const callback of [...waiting].slice(-IN_A_FRAME)) {
      waiting.delete(callback);
      callback();
    }
    next();
  });
}
