import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { streamGit } from './run-git.ts';

it('keeps what git printed for whoever begins to read after git has ended', async () => {
  const gitDir = mkdtempSync(join(tmpdir(), 'codex-run-git-'));
  execFileSync('git', ['init', '--quiet', '--bare', gitDir]);
  let output = Buffer.alloc(0);
  await streamGit(['hash-object', '--stdin'], { gitDir, input: 'text\n' }, async (stdout) => {
    await sleep(300);
    output = await buffer(stdout);
  });
  expect(output.toString()).toMatch(/^[0-9a-f]{40}\n$/);
  rmSync(gitDir, { recursive: true });
});
