import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scriptsToRun, unlistedScripts, withoutIntegrity } from './lib/lock-scripts.mjs';
import { root } from './lib/root.mjs';

const LOCK = {
  packages: {
    '': { name: 'all' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a', hasInstallScript: true },
    'node_modules/a/node_modules/@x/b': { version: '2.0.0', integrity: 'sha512-b', hasInstallScript: true },
    'node_modules/c': { version: '1.0.0', integrity: 'sha512-c' },
    'node_modules/web': { link: true },
  },
};

describe('install scripts', () => {
  it('each is listed with its version, run or not', () => {
    expect(unlistedScripts(LOCK, { 'a@1.0.0': true, '@x/b@2.0.0': false })).toEqual([]);
  });

  it('a new one, and one of another version, has to be looked at', () => {
    expect(unlistedScripts(LOCK, { 'a@0.9.0': true, '@x/b@2.0.0': false })).toEqual([
      'a@1.0.0 has an install script: look at it, then list it in allowScripts of package.json',
      'allowScripts of package.json lists a@0.9.0, which has no install script here any more',
    ]);
  });

  it('only listed ones run, and only where they are installed', () => {
    const allowed = { '@x/b@2.0.0': true, 'a@1.0.0': true, 'c@1.0.0': false };
    expect(scriptsToRun(allowed, (name: string) => name !== 'a')).toEqual(['@x/b']);
  });
});

it('a package that cannot be checked is named', () => {
  const packages = { ...LOCK.packages, 'node_modules/@y/d': { version: '3.0.0' } };
  expect(withoutIntegrity(LOCK)).toEqual([]);
  expect(withoutIntegrity({ packages })).toEqual([
    '@y/d@3.0.0 has no integrity in package-lock.json; run npm run lock',
  ]);
});

it('our own lock file has every integrity and no script that nobody looked at; npm runs none by itself', () => {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const lock = JSON.parse(read('package-lock.json'));
  expect(withoutIntegrity(lock)).toEqual([]);
  expect(unlistedScripts(lock, JSON.parse(read('package.json')).allowScripts)).toEqual([]);
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m);
});
