import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KNOWN_CODES, knownCause, machineCause } from './known-causes.mjs';
import { lastWords, OperatorError, reasonOf } from './operator-error.ts';

const home = mkdtempSync(join(tmpdir(), 'claude-codex-test-causes-'));
const file = join(home, 'file');
writeFileSync(file, '');
symlinkSync('circle', join(home, 'circle'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it should have failed');
}

async function listenTwice(): Promise<void> {
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  const place = first.address();
  try {
    if (typeof place === 'object' && place !== null)
      await once(createServer().listen(place.port, '127.0.0.1'), 'listening');
  } finally {
    first.close();
  }
}

describe('what the system says by a code is said with cause and remedy', () => {
  it.each<[string, RegExp, () => unknown]>([
    [
      'a file that is not there',
      /^there is no \/\S+nothing; make it, .+ \(ENOENT\)$/,
      () => readFileSync(join(home, 'nothing')),
    ],
    [
      'a program that is not there',
      /^the program \/\S+program is not installed.+ \(ENOENT\)$/,
      () => once(spawn(join(home, 'program')), 'exit'),
    ],
    ['a directory for a file', /is a directory; name a file \(EISDIR\)$/, () => readFileSync(home)],
    [
      'a file for a directory',
      /^a part of \/\S+file\/x is a file .+ \(ENOTDIR\)$/,
      () => writeFileSync(join(file, 'x'), ''),
    ],
    ['something in the way', /^\/\S+file exists already; .+ \(EEXIST\)$/, () => mkdirSync(file)],
    [
      'too long a name',
      /is longer than this disk takes; .+ \(ENAMETOOLONG\)$/,
      () => writeFileSync(join(home, 'x'.repeat(300)), ''),
    ],
    ['links in a circle', /lead in a circle; .+ \(ELOOP\)$/, () => readFileSync(join(home, 'circle'))],
    [
      'nobody there',
      /^nothing answers at 127\.0\.0\.1:1; start it, .+ \(ECONNREFUSED\)$/,
      () => once(connect(1, '127.0.0.1'), 'connect'),
    ],
    [
      'nobody there, as fetch says it',
      /^nothing answers at 127\.0\.0\.1:3; .+ \(ECONNREFUSED\)$/,
      () => fetch('http://127.0.0.1:3'),
    ],
    [
      'no such host',
      /^there is no host nowhere\.invalid to be found .+ \((ENOTFOUND|EAI_AGAIN)\)$/,
      () => once(connect(1, 'nowhere.invalid'), 'connect'),
    ],
    ['a port in use', /^another program uses port \d+ of 127\.0\.0\.1; .+ \(EADDRINUSE\)$/, listenTwice],
    [
      'an address of somebody else',
      /^192\.0\.2\.1 is no address of this machine; .+ \(EADDRNOTAVAIL\)$/,
      () => once(createServer().listen(0, '192.0.2.1'), 'listening'),
    ],
  ])('%s', async (_, words, work) => {
    expect(reasonOf(await errorOf(work))).toMatch(words);
  });

  // A device on which every write ends with "no space left".
  it.runIf(existsSync('/dev/full'))('a full disk', async () => {
    expect(reasonOf(await errorOf(() => writeFileSync('/dev/full', 'x')))).toMatch(
      /^the disk is full.*; make room there \(ENOSPC\)$/,
    );
  });

  it.each(KNOWN_CODES)('%s has a remedy, and words even when nothing else is known', (code) => {
    const words = knownCause(Object.assign(new Error('relation "x" does not exist'), { code })) ?? '';
    expect(words).toMatch(new RegExp(`^[a-z].+; .+ \\(${code}\\)$`));
  });
});

describe('the last words of a process', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  it('name what the machine refuses, however deep it lies, and no line of our code', () => {
    const words = 'the disk is full; make room there (ENOSPC).';
    expect(lastWords(full)).toBe(`T${words.slice(1)}`);
    expect(lastWords(new Error('The log is not written', { cause: new Error('x', { cause: full }) }))).toBe(
      `The log is not written: ${words}`,
    );
  });

  it('keep the stack of what may be a mistake of ours', () => {
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
    expect(machineCause(missing)).toBeNull();
    expect(lastWords(missing)).toMatch(/\n {4}at /);
    expect(lastWords(new OperatorError('In words.', { cause: full }))).toBe('In words.');
  });
});
