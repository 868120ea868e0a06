/** A closed pull request is looked at this long, seldom: somebody may open it again at its forge. */
export const LOOKED_AT_MS = 30 * 24 * 60 * 60_000;
