import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const STYLESHEET = /<link href="(\/_app\/immutable\/[^"]+\.css)" rel="stylesheet">/g;

/**
 * The page with its stylesheets inside: a few KB more in an answer that is on its way anyway, instead of one more request
 * that the first view waits for. Their links stay, disabled, which no browser fetches: code that comes later looks for
 * them, and would fetch what it does not find.
 */
export async function withStylesInside(
  html: string,
  root: string,
): Promise<{ readonly html: string; readonly inside: readonly string[] }> {
  const inside = [...html.matchAll(STYLESHEET)].map(([, file]) => file ?? '');
  const sheets = new Map(await Promise.all(inside.map(async (file) => [file, await styleOf(root, file)] as const)));
  return { html: html.replaceAll(STYLESHEET, (_, file: string) => sheets.get(file) ?? ''), inside };
}

/** Nothing in it can end the element it stands in. */
async function styleOf(root: string, file: string): Promise<string> {
  const css = await readFile(join(root, file), 'utf8');
  return `<style>${css.replaceAll('</', '<\\/')}</style><link href="${file}" rel="stylesheet" disabled>`;
}
