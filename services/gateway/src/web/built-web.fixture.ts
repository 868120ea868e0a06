import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder as the web's build leaves it, with a page for every path: it holds what the reads in `?read=` answer. */
export interface BuiltWeb {
  readonly dir: string;
  remove(): Promise<void>;
}

export const STYLESHEET = '/_app/immutable/assets/base.css';
export const SCRIPT = '/_app/immutable/base.abc123.js';
export const POLICY = "default-src 'none'; script-src 'self'";

/** Stands where SvelteKit's server does; the real one is rendered with in the end-to-end tests. */
const RENDERER = `
export const server = {
  async init() {},
  async respond(request, { platform }) {
    const url = new URL(request.url);
    if (url.pathname === '/away') return new Response(null, { status: 307, headers: { location: '/login?next=%2Faway' } });
    if (url.pathname === '/broken') {
      platform.report(new Error('a component threw'));
      return new Response('<html>broken</html>', { status: 500 });
    }
    const reads = await Promise.all(url.searchParams.getAll('read').map(async (read) => {
      const answer = await platform.api(new Request(new URL(read, request.url)));
      return { read, status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
    }));
    const asked = { href: url.href, headers: Object.fromEntries(request.headers), reads };
    const html = '<html><head><link href="${STYLESHEET}" rel="stylesheet"></head><body>' + JSON.stringify(asked) + '</body></html>';
    return new Response(html, { headers: { 'content-security-policy': ${JSON.stringify(POLICY)}, 'x-sveltekit-page': 'true' } });
  },
};
`;

/** @param files further files of the browser's, by their address. */
export async function buildWeb(files: Readonly<Record<string, string | Buffer>> = {}): Promise<BuiltWeb> {
  const dir = await mkdtemp(join(tmpdir(), 'codex-web-'));
  const put = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  await put('server/render.js', RENDERER);
  await put('server/package.json', '{"type":"module"}');
  await put('client/page-files.json', JSON.stringify([{ page: '^/$', scripts: [SCRIPT] }]));
  await put(join('client', STYLESHEET), '.card::after { content: "</style>$&"; }');
  for (const [address, content] of Object.entries(files)) await put(join('client', address), content);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
