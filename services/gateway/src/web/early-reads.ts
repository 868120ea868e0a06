/** What every page of the workspace asks for. */
const WORKSPACE = ['/api/board?perColumn=100', '/api/attention', '/api/repositories'];

/** What a page asks for first, by its address, in the very words of the web's own requests (web/src/lib/api). */
const FIRST_READS: readonly { page: RegExp; reads: (id: string) => readonly string[] }[] = [
  { page: /^\/(?:attention|repositories|health|settings)?$/, reads: () => WORKSPACE },
  {
    page: /^\/tasks\/([0-9a-z]{26})(?:\/activity)?$/,
    reads: (id) => [...ofTask(id), `/api/tasks/${id}/log?direction=backward&limit=200`],
  },
  { page: /^\/tasks\/([0-9a-z]{26})\/[a-z]+$/, reads: ofTask },
];

function ofTask(id: string): string[] {
  return [`/api/tasks/${id}`, `/api/tasks/${id}/events?after=0&limit=1000`];
}

/**
 * Parts of a `Link` header that let a browser fetch a page's data beside its code instead of after it: one round trip
 * less before there is something to see. None for a visitor without a cookie, who would only get refusals.
 */
export function earlyReads(path: string, cookie: string | undefined): string[] {
  if (cookie === undefined || cookie === '') return [];
  for (const { page, reads } of FIRST_READS) {
    const match = page.exec(path);
    if (match === null) continue;
    return reads(match[1] ?? '').map((read) => `<${read}>; rel=preload; as=fetch; crossorigin=anonymous`);
  }
  return [];
}
