import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_APPEND_BYTES } from '@claude-codex/eventing/checked-append';
import { expect, it, onTestFinished } from 'vitest';
import { listCommits } from './commits.ts';
import { commitFiles, createRepository, git, temporaryDirectory } from './git-fixture.ts';

it('many commits with long subjects fit an event, and the newest are there', async () => {
  const root = temporaryDirectory();
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const base = createRepository(root, { 'a.txt': 'a' });
  const commits = Array.from({ length: 900 }, (_, index) =>
    [
      'commit refs/heads/main',
      `committer Ada <ada@example.invalid> ${index} +0000`,
      'data 500',
      `${index} `.padEnd(500, 'x'),
    ].join('\n'),
  );
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: root,
    input: `reset refs/heads/main\nfrom ${base}\n\n${commits.join('\n')}\n`,
  });
  const listed = await listCommits(join(root, '.git'), base, git(root, 'rev-parse', 'main'));
  expect(JSON.stringify(listed).length).toBeLessThan(MAX_APPEND_BYTES / 2);
  expect(listed.length).toBeGreaterThan(200);
  expect(listed.at(-1)?.subject).toMatch(/^899 /);
});

it('a long subject is never cut in the middle of a character', async () => {
  const root = temporaryDirectory();
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const base = createRepository(root, { 'a.txt': 'a' });
  const subjects = [499, 500, 501].map((length) => `${'x'.repeat(length - 1)}🚀`);
  let head = base;
  for (const subject of subjects) head = commitFiles(root, {}, subject);
  const commits = await listCommits(join(root, '.git'), base, head);
  expect(commits.map(({ subject }) => subject)).toEqual([subjects[0], 'x'.repeat(499), 'x'.repeat(500)]);
});
