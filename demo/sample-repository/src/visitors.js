import { readFile } from 'node:fs/promises';

const FILE = new URL('../data/visitors.json', import.meta.url);

/** Today's visitors, in the order they are expected. */
export async function readVisitors(file = FILE) {
  const visitors = JSON.parse(await readFile(file, 'utf8'));
  return visitors.map(({ name, host }) => ({ name, host }));
}
