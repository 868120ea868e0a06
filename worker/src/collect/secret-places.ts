import { createMasker } from '@claude-codex/contracts/worker/masker';
import type { SecretPlace } from '@claude-codex/contracts/worker/protocol';

/** Where somebody looks for more of them, these will do. */
const MAX_PLACES = 50;
const MAX_LINE = 1_000_000;

/** Options of `git log` whose output `findSecrets` reads: every commit, merges too, and binary files as text. */
export const SECRET_LOG = [
  'log',
  '-p',
  '-m',
  '--text',
  '-U0',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-renames',
];

/** Reads the patches of commits as they come and notes where a value stands that a person gave; never the value. */
export function findSecrets(values: Readonly<Record<string, string>>): {
  add(chunk: Buffer): void;
  places(): SecretPlace[];
} {
  const searches = Object.entries(values).flatMap(([name, value]) => {
    const masker = createMasker();
    return masker.add(value) ? [{ name, masker }] : [];
  });
  const found = new Map<string, SecretPlace>();
  let path = '';
  let line = 0;
  let inHunk = false;
  let rest = '';

  function read(text: string): void {
    if (text.startsWith('commit ')) {
      path = `the message of commit ${text.slice('commit '.length, 'commit '.length + 12)}`;
      line = 0;
      inHunk = false;
    } else if (text.startsWith('diff --git ')) {
      // A name may hold a value as well as a line.
      path = text.slice(text.lastIndexOf(' b/') + ' b/'.length);
      line = 0;
      inHunk = false;
      note(text);
    } else if (text.startsWith('@@ ')) {
      line = Number(/ \+(\d+)/.exec(text)?.[1] ?? 1) - 1;
      inHunk = true;
    } else if (inHunk && text.startsWith('+')) {
      line += 1;
      note(text.slice(1));
    } else if (text.startsWith('    ')) {
      line += 1;
      note(text);
    }
  }

  function note(text: string): void {
    for (const { name, masker } of searches) {
      const key = `${name}\0${path}`;
      if (found.size >= MAX_PLACES || found.has(key) || !masker.finds(text)) continue;
      found.set(key, { name, path: masker.text(path), line: Math.max(1, line) });
    }
  }

  return {
    add(chunk) {
      if (searches.length === 0) return;
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) read(text);
      // A line without an end is searched in pieces that overlap, and not gathered.
      if (rest.length > MAX_LINE) {
        note(rest);
        rest = rest.slice(-MAX_LINE / 10);
      }
    },
    places() {
      if (rest !== '') read(rest);
      rest = '';
      return [...found.values()];
    },
  };
}
