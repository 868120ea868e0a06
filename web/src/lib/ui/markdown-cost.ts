/**
 * Whether a Markdown text is rendered and cleaned well within 100 ms, on the page or by the gateway: by its length, by
 * how deep it is nested, and by the signs each of which makes the renderer look ahead. Measured with marked 18: what
 * costs 120,000 takes some 60 ms on a machine of 2020.
 */
const MOST = 120_000;
const SIGNS = /[*_[\]<>`|~]/g;
const INDENTATION = /^[ \t>]+/gm;

export function rendersAtOnce(source: string): boolean {
  if (source.length > MOST) return false;
  const signs = source.match(SIGNS)?.length ?? 0;
  const indented = source.match(INDENTATION)?.reduce((sum, { length }) => sum + length, 0) ?? 0;
  return source.length + 5 * signs + 3 * indented <= MOST;
}
