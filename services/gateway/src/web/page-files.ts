import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** As the web's build writes it (web/page-files.ts). */
const PageFiles = z.array(z.object({ page: z.string(), scripts: z.array(z.string()) }));

/**
 * Parts of a `Link` header with the files the page at a path begins with; none for a path without such a list. They are to
 * be fetched beside the page and compiled after it: `modulepreload` would do both while the first view is made.
 */
export type PageLinks = (path: string) => readonly string[];

/**
 * Reads which files each page begins with. Without the list every page still loads, in a chain: the entry names the
 * page's own code only when it runs.
 * @throws when the list is there and broken.
 */
export async function readPageLinks(root: string): Promise<PageLinks> {
  const text = await readFile(join(root, 'page-files.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  const pages = PageFiles.parse(JSON.parse(text)).map(({ page, scripts }) => ({
    page: new RegExp(page),
    links: scripts.map((file) => `<${file}>; rel=preload; as=script; crossorigin`),
  }));
  return (path) => pages.find(({ page }) => page.test(path))?.links ?? [];
}
