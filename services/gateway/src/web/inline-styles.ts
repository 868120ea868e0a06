import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const STYLESHEET = /<link href="(\/_app\/immutable\/[^"]+\.css)" rel="stylesheet">/g;

/** Gives a page with its stylesheets inside. */
export type PutStylesInside = (html: string) => Promise<string>;

/**
 * A few KB more in an answer that is on its way anyway, instead of one more request that the first view waits for. The
 * links stay, disabled, which no browser fetches: code that comes later looks for them, and would fetch what it does not
 * find. `root`: the folder of the built site; its files do not change while it is served.
 */
export function stylesInside(root: string): PutStylesInside {
  const styles = new Map<string, Promise<string>>();
  const styleOf = (file: string) => {
    const known = styles.get(file) ?? readStyle(join(root, file), file);
    styles.set(file, known);
    return known;
  };
  return async (html) => {
    const files = [...html.matchAll(STYLESHEET)].map(([, file]) => file ?? '');
    const found = new Map(await Promise.all(files.map(async (file) => [file, await styleOf(file)] as const)));
    return html.replaceAll(STYLESHEET, (_, file: string) => found.get(file) ?? '');
  };
}

/** Nothing in it can end the element it stands in. */
async function readStyle(path: string, file: string): Promise<string> {
  const css = await readFile(path, 'utf8');
  return `<style>${css.replaceAll('</', '<\\/')}</style><link href="${file}" rel="stylesheet" disabled>`;
}
