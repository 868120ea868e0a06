import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForgeProvider } from '@claude-codex/contracts/forge';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const NAME = `['"\`](?:${ForgeProvider.options.join('|')})['"\`]`;
/** Compared with, chosen by, or said to be the forge of something. */
const DEPENDS_ON = new RegExp(
  `[!=]==?\\s*${NAME}|${NAME}\\s*[!=]==?|\\bcase ${NAME}|\\bprovider['"]?\\s*[:=]\\s*${NAME}`,
);

/** Who names forges: the list, the place that decides which one a repository belongs to, and the adapters. */
const MAY =
  /^libs\/contracts\/src\/forge\.ts$|^libs\/domain\/src\/repository\/forge\.ts$|^services\/[^/]+\/src\/forges\//;

/** What follows from a forge's name somewhere else is forgotten by whoever adds the next one. */
it('the name of a forge decides nothing outside its adapter; what one can do is asked of FORGES', () => {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
  const paths = String(listed)
    .split('\0')
    .filter((path) => /^(?:libs|services|standalone|tools|worker|web|demo)\/.*\.(?:ts|mjs|svelte)$/.test(path))
    .filter((path) => !/\.(?:test|fixture|contract)\.ts$|^libs\/testing\//.test(path) && !MAY.test(path));
  expect(paths.length).toBeGreaterThan(500);
  expect(paths.filter((path) => DEPENDS_ON.test(readFileSync(join(root, path), 'utf8')))).toEqual([]);
});

it.each(["if (provider === 'local') return", "provider: 'github',", "switch (x) { case 'github':"])(
  'finds %s',
  (line) => expect(line).toMatch(DEPENDS_ON),
);
