import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { startTestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** Stacks, and what a system or a library says for itself. */
const RAW = /^\s+at |getaddrinfo|connect E|E[A-Z]+: |Unknown frame|Invalid (URL|input)|node:internal/m;

let home: string;
/** A database in which no server ever was. */
let empty: string;
let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'claude-codex-test-commands-'));
  writeFileSync(join(home, 'words'), 'no backup');
  writeFileSync(join(home, 'nothing'), '');
  mkdirSync(join(home, 'data'));
  postgres = await startTestPostgres();
  const admin = createPool({ connectionString: postgres.connectionString, name: 'test' });
  await admin.query('create database nobodys template template0');
  await admin.end();
  empty = postgres.connectionString.replace(/[^/]+$/, 'nobodys');
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await postgres.stop();
});

const inside = (name: string) => join(home, name);
const databaseAt = (place: string) => ({ DATABASE_URL: `postgres://me:canary@${place}/codex` });
const ALL = ['doctor', 'backup', 'restore', 'export', 'rebuild', 'resume', 'archive', 'new-epoch'];
const WORDS: Record<string, string[]> = {
  backup: ['/proc/x'],
  restore: ['{words}'],
  export: ['{new}'],
  rebuild: ['tasks'],
  archive: ['--closed-before', '9d'],
};

/** What a command says that cannot be done. */
function refusal(name: string, words: readonly string[], env: Record<string, string> = {}): string {
  const args = words.map((word) => word.replace(/^\{(\w+)\}/, (_, file: string) => inside(file)));
  const ran = spawnSync(process.execPath, [join(ROOT, 'tools', `${name}.ts`), ...args], {
    env: { PATH: process.env.PATH ?? '', HOME: home, CODEX_DATA_DIR: inside('data'), ...env },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(ran.status, ran.stderr).toBe(2);
  expect(ran.stderr).not.toMatch(RAW);
  expect(ran.stderr).not.toContain('canary');
  return ran.stderr;
}

describe('a command that cannot be done says why and what helps, in words', () => {
  it.each(ALL.filter((name) => name !== 'restore'))('%s: the host of the database is not there', (name) => {
    expect(refusal(name, WORDS[name] ?? [], databaseAt('postgres.invalid:5432'))).toMatch(
      /^The database codex on postgres\.invalid cannot be reached \(DATABASE_URL\): there is no host postgres\.invalid to be found from here; is the server up, and the name right\? \((EAI_AGAIN|ENOTFOUND)\)\.\n$/,
    );
  });

  it.each<[string, string, string[], Record<string, string>, RegExp]>([
    ['nobody answers', 'doctor', [], databaseAt('127.0.0.1:1'), /nothing answers at 127\.0\.0\.1:1; start it, or put/],
    [
      'an address that is none',
      'doctor',
      [],
      { DATABASE_URL: 'nonsense' },
      /^DATABASE_URL is "nonsense", but must be a postgres:\/\/ address\./,
    ],
    [
      'no address of NATS',
      'doctor',
      [],
      { ...databaseAt('127.0.0.1:1'), NATS_URL: 'nats' },
      /^NATS_URL is "nats", but must be a nats:\/\/ address\./,
    ],
    ['no server yet', 'backup', ['{new}'], {}, /^No server was ever started in .+ Set CODEX_DATA_DIR/],
    [
      'a directory that is a file',
      'backup',
      ['{words}/x'],
      {},
      /^There is no directory \S+words\.\nUsage: npm run backup/,
    ],
    [
      'a directory that is not there',
      'export',
      ['{none}/x'],
      {},
      /^There is no directory \S+none\.\nUsage: npm run export/,
    ],
    [
      'a file of something else',
      'restore',
      ['{words}'],
      {},
      /words is not a whole backup: it was cut off or changed, or `npm run backup` did not make it; take another one\.\n$/,
    ],
    [
      'an empty file',
      'restore',
      ['{nothing}'],
      {},
      /nothing is not a whole backup: it was cut off or changed, .+; take another one\.\n$/,
    ],
    [
      'a directory',
      'restore',
      ['{data}'],
      {},
      /data is not a whole backup: it is a directory; name a file \(EISDIR\)\.\n$/,
    ],
  ])('%s', (_, name, words, env, said) => {
    expect(refusal(name, words, env)).toMatch(said);
  });

  it.each(['backup', 'export', 'resume', 'rebuild', 'archive', 'new-epoch', 'doctor'])(
    '%s: a database in which no server ever was',
    (name) => {
      const words = name === 'backup' ? ['{empty}'] : (WORDS[name] ?? []);
      expect(refusal(name, words, { DATABASE_URL: empty })).toMatch(
        /^(Relation|Schema) .+ does not exist; start the server once, which makes its tables, .+\.\n$/,
      );
    },
  );

  it('a place that takes no files', () => {
    expect(refusal('backup', ['/proc/x'], { DATABASE_URL: empty })).toMatch(
      /^There is no \/proc\/x\.\d+\.partial; make it, or name another one \(ENOENT\)\.\n$/,
    );
    expect(refusal('restore', ['{words}'], { CODEX_DATA_DIR: '/proc/x' })).toMatch(/is not a whole backup/);
  });
});
