import { graphqlProblem } from './problem.ts';

/** As a query asks for a part of a list; cursors are our own. */
export interface Window {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** GitHub gives no more at once, and nothing to whoever does not say how much. */
const MOST = 100;

/**
 * A part of a list, as every connection of GitHub's has it.
 * @param name of the field, for GitHub's words
 * @param show makes of one item what is answered; asked for the items of this part only
 */
export function connection<Item>(
  name: string,
  items: readonly Item[],
  { first = null, last = null, after = null, before = null }: Window,
  show: (item: Item) => object,
) {
  const count = first ?? last;
  if (count === null) {
    throw graphqlProblem(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  if (count < 0 || count > MOST) {
    throw graphqlProblem(
      'EXCESSIVE_PAGINATION',
      `Requesting ${count} records on the \`${name}\` connection exceeds the \`first\` limit of ${MOST} records.`,
    );
  }
  const [from, to] = [after === null ? 0 : indexAt(after) + 1, before === null ? items.length : indexAt(before)];
  const start = first === null ? Math.max(from, to - count) : from;
  const end = first === null ? to : Math.min(to, from + count);
  const nodes = items.slice(start, end).map(show);
  return {
    totalCount: items.length,
    nodes,
    edges: nodes.map((node, at) => ({ node, cursor: cursorOf(start + at) })),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length === 0 ? null : cursorOf(start),
      endCursor: nodes.length === 0 ? null : cursorOf(end - 1),
    },
  };
}

function cursorOf(index: number): string {
  return Buffer.from(`cursor:${index}`).toString('base64');
}

function indexAt(cursor: string): number {
  const index = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1];
  if (index === undefined) {
    throw graphqlProblem('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  return Number(index);
}
