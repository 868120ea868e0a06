import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES } from '@claude-codex/contracts';
import { storedNames } from '@claude-codex/contracts/event-names';
import type { EventType } from '@claude-codex/contracts/events';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const NAMES = (Object.keys(EVENT_TYPES) as EventType[]).flatMap((type) => storedNames(type));
const QUOTED_NAME = new RegExp(`['"](?:${NAMES.join('|')})['"]`);
const LOG_TABLE = /\bes\.(?:event|every_event|event_archive)\b/;
const TEXT = /`[^`]*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;
/** A comparison of the stored name other than with the names `storedNames` gave. */
const OTHER_FILTER = /\btype\s*(?:=(?!\s*any\(\$)|<>|!=|in\b|like\b)/i;

/**
 * What an event is called may change, what is stored does not: SQL that names a type finds nothing, or only what is old.
 */
it('no SQL of the product names an event type; names come from storedNames', () => {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
  const paths = String(listed)
    .split('\0')
    .filter((path) => /^(?:libs|services|standalone|tools|infra|worker|web)\/.*\.(?:ts|mjs|sql|svelte)$/.test(path))
    .filter((path) => !/\.(?:test|fixture|contract)\.ts$/.test(path));
  const found = paths.flatMap((path) => {
    const content = readFileSync(join(root, path), 'utf8');
    return faultsIn(path, content).map((fault) => `${path}: ${fault}`);
  });
  expect(paths.length).toBeGreaterThan(500);
  expect(found).toEqual([]);
});

function faultsIn(path: string, content: string): string[] {
  if (path.endsWith('.sql')) return QUOTED_NAME.test(content) ? ['names an event type'] : [];
  const statements = (content.match(TEXT) ?? []).filter((text) => LOG_TABLE.test(text));
  const filters = statements.some((sql) => /\btype\s*=\s*any\(/i.test(sql));
  return [
    ...statements.filter((sql) => QUOTED_NAME.test(sql.slice(1, -1))).map(() => 'names an event type'),
    ...statements.filter((sql) => OTHER_FILTER.test(sql)).map(() => 'compares the stored name by itself'),
    ...(filters && !content.includes('storedNames(') ? ['filters by names that storedNames did not give'] : []),
  ];
}

it('finds what it looks for', () => {
  expect(faultsIn('a.ts', "sql(`select from es.event where type = 'TaskCreated'`)")).toHaveLength(2);
  expect(faultsIn('a.ts', 'sql(`select from es.every_event e where e.type = $1`)')).toHaveLength(1);
  expect(faultsIn('a.ts', 'sql(`select from es.event where type = any($1)`, [names])')).toHaveLength(1);
  expect(faultsIn('a.ts', "sql(`select from es.event where type = any($1)`, [storedNames('TaskCreated')])")).toEqual(
    [],
  );
  expect(faultsIn('a.sql', "delete from x where type = 'TaskCreated'")).toHaveLength(1);
});
