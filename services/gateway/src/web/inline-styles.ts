import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const STYLESHEET = /<link href="(\/_app\/immutable\/[^"]+\.css)" rel="stylesheet">/g;

/**
 * The page with its stylesheets inside: a few KB more in an answer that is on its way anyway, instead of one more request
 * that the first view waits for.
 */
export async function withStylesInside(
  html: string,
  root: string,
): Promise<{ readonly html: string; readonly inside: readonly string[] }> {
  const inside = [...html.matchAll(STYLESHEET)].map(([, file]) => file ?? '');
  const sheets = new Map(
    await Promise.all(inside.map(async (file) => [file, await styleOf(join(root, file))] as const)),
  );
  return { html: html.replaceAll(STYLESHEET, (_, file: string) => sheets.get(file) ?? ''), inside };
}

/** Nothing in it can end the element it stands in. */
async function styleOf(path: string): Promise<string> {
  const css = await readFile(path, 'utf8');
  return `<style>${css.replaceAll('</', '<\\/')}</style>`;
}
