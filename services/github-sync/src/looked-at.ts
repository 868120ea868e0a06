/** A closed pull request is looked at this long, seldom: somebody may open it again at its forge. */
export const LOOKED_AT_MS = 30 * 24 * 60 * 60_000;

/** As many of them at most: each look is a request, and takes a place among the answers that are remembered. */
export const MOST_CLOSED = 100;
