import type { Answer, Call } from './routes.ts';

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function created(body: unknown): Answer {
  return { status: 201, body };
}

export const NO_CONTENT: Answer = { status: 204 };

/**
 * One page of a list, by `per_page` (30, at most 100) and `page`, and the `link` header that leads to the others.
 * @param show makes of one item what is answered; asked for the items of the page only
 * @param wrap what is around the list, where it is not bare
 */
export async function page<T>(
  { url }: Call,
  items: readonly T[],
  show: (item: T) => unknown,
  wrap: (list: unknown[], total: number) => unknown = (list) => list,
): Promise<Answer> {
  const size = Math.min(positive(url.searchParams.get('per_page')) ?? 30, 100);
  const at = positive(url.searchParams.get('page')) ?? 1;
  const last = Math.max(1, Math.ceil(items.length / size));
  const shown = await Promise.all(items.slice((at - 1) * size, at * size).map(show));
  const links = [
    ...(at > 1 ? [link(url, at - 1, 'prev')] : []),
    ...(at < last ? [link(url, at + 1, 'next'), link(url, last, 'last')] : []),
    ...(at > 1 ? [link(url, 1, 'first')] : []),
  ];
  return {
    status: 200,
    body: wrap(shown, items.length),
    ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
  };
}

function positive(value: string | null): number | null {
  return value !== null && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : null;
}

function link(url: URL, page: number, rel: string): string {
  const to = new URL(url);
  to.searchParams.set('page', String(page));
  return `<${to}>; rel="${rel}"`;
}
