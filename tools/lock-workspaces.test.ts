import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockDifferences } from './lib/lock-workspaces.mjs';
import { root } from './lib/root.mjs';

const LOCK = {
  packages: {
    '': { name: 'all' },
    web: { dependencies: { a: '1.0.0' }, devDependencies: { b: '2.0.0' } },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/web': { link: true },
  },
};
const differences = (web: object) => lockDifferences(LOCK, (path) => (path === 'web' ? web : {}));

it('a package that is for development in one place and not in the other is named by its workspace', () => {
  expect(differences({ dependencies: { a: '1.0.0', b: '2.0.0' } })).toEqual([
    'package-lock.json has other dependencies of web than its package.json; run npm install',
    'package-lock.json has other devDependencies of web than its package.json; run npm install',
  ]);
});

it('the same in another order is the same', () => {
  expect(differences({ devDependencies: { b: '2.0.0' }, dependencies: { a: '1.0.0' } })).toEqual([]);
});

it('our own lock file says what our packages say', () => {
  const parse = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
  expect(lockDifferences(parse('package-lock.json'), (path) => parse(join(path, 'package.json')))).toEqual([]);
});
