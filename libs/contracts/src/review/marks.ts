/** A person saw a file at this content. */
export interface ReviewMark {
  readonly by: string;
  readonly path: string;
  readonly contentHash: string;
}

/** Two marks are one when person, path and content are: everything that keeps or looks up marks goes by this. */
export function isSameMark(a: ReviewMark, b: ReviewMark): boolean {
  return a.by === b.by && a.path === b.path && a.contentHash === b.contentHash;
}

/** The marks with this one set, or taken away. */
export function withMark<Mark extends ReviewMark>(marks: readonly Mark[], mark: Mark, reviewed: boolean): Mark[] {
  const others = marks.filter((other) => !isSameMark(other, mark));
  return reviewed ? [...others, mark] : others;
}
