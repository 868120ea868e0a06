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
    ...(at > 1 ? [link(url, 'page', at - 1, 'prev')] : []),
    ...(at < last ? [link(url, 'page', at + 1, 'next'), link(url, 'page', last, 'last')] : []),
    ...(at > 1 ? [link(url, 'page', 1, 'first')] : []),
  ];
  return {
    status: 200,
    body: wrap(shown, items.length),
    ...(links.length === 0 ? {} : { headers: { link: links.join(', ') } }),
  };
}

/** One part of a list that grows at its beginning: by `per_page` and the `cursor` that the one before leads on with. */
export async function cursorPage<T extends { readonly id: number }>(
  { url }: Call,
  items: readonly T[],
  show: (item: T) => unknown,
): Promise<Answer> {
  const size = Math.min(positive(url.searchParams.get('per_page')) ?? 30, 100);
  const cursor = url.searchParams.get('cursor');
  const start = cursor === null ? 0 : items.findIndex(({ id }) => cursorOf(id) === cursor) + 1;
  const part = items.slice(start, start + size);
  const last = part.at(-1);
  const body = await Promise.all(part.map(show));
  if (last === undefined || start + size >= items.length) return ok(body);
  return { status: 200, body, headers: { link: link(url, 'cursor', cursorOf(last.id), 'next') } };
}

function cursorOf(id: number): string {
  return `v1_${id}`;
}

function positive(value: string | null): number | null {
  return value !== null && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : null;
}

function link(url: URL, name: 'page' | 'cursor', value: number | string, rel: string): string {
  const to = new URL(url);
  to.searchParams.set(name, String(value));
  return `<${to}>; rel="${rel}"`;
}
