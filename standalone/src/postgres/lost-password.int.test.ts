import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@claude-codex/service-kit';
import { expect, it } from 'vitest';
import { startEmbeddedPostgres } from './embedded.ts';

it('a database whose data directory was removed is kept, and the person told what to do', async () => {
  const home = mkdtempSync(join(tmpdir(), 'claude-codex-test-lost-'));
  const [directory, secrets] = [join(home, 'postgres'), join(home, 'secrets')];
  mkdirSync(directory);
  mkdirSync(secrets);
  writeFileSync(join(directory, 'PG_VERSION'), '17\n');
  const starting = startEmbeddedPostgres({
    directory,
    secrets,
    log: createLogger({ service: 'test', level: 'silent' }),
  });
  await expect(starting).rejects.toThrow(/To begin anew, move \S+ away; to go on with it, put that file back/);
  expect(readdirSync(directory)).toEqual(['PG_VERSION']);
  rmSync(home, { recursive: true });
});
