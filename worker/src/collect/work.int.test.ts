import { expect, test } from 'vitest';
import { checkout, context, sh, useProject } from './work.fixture.ts';
import { collectWork } from './work.ts';

useProject();

test('a lock on the ref of the hand-over does not stop it', async () => {
  sh(checkout, 'echo b > b; mkdir -p .git/refs/codex; touch -d "1 minute ago" .git/refs/codex/hand-over.lock');
  expect(await collectWork(context, { told: [] })).toMatchObject({ commits: 1, bundleBlobId: 'blob', findings: [] });
});
