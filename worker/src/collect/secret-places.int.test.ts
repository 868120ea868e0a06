import { secretsText } from '@claude-codex/contracts/worker/secret-places';
import { describe, expect, test } from 'vitest';
import { bundle, checkout, context, SECRET, sh, useProject } from './work.fixture.ts';
import { collectWork } from './work.ts';

useProject();

describe('a value a person gave', () => {
  test.each([
    ['in a file', `echo one > .env; echo "KEY=${SECRET}" >> .env; git add .; git commit -qm env`, '.env', 2],
    [
      'in a commit that a later one takes back',
      `echo ${SECRET} > k; git add .; git commit -qm k; git rm -q k; git commit -qm gone`,
      'k',
      1,
    ],
    ['in base64', `echo ${SECRET} | base64 > k; git add .; git commit -qm k`, 'k', 1],
    ['in a binary file', `printf 'a\\000${SECRET}\\000' > k.bin; git add .; git commit -qm k`, 'k.bin', 1],
    [
      'in a merge',
      `git checkout -q -b o; echo o > o; git add .; git commit -qm o; git checkout -q work; git merge -q --no-ff --no-commit o; echo ${SECRET} > k; git add .; git commit -qm m`,
      'k',
      1,
    ],
    ['in the words of a commit', `echo x > x; git add .; git commit -qm "with ${SECRET}"`, 'the message of commit', 1],
    ['in a line that begins like a header', `printf '++ ${SECRET}' > k; git add .; git commit -qm k`, 'k', 1],
    ['in a file that git did not know', `echo ${SECRET} > k`, 'k', 1],
  ])('%s is found with its name and place', async (_name, script, path, line) => {
    sh(checkout, script);
    const { secrets } = await collectWork(context, { told: [] });
    expect(secrets?.[0]).toMatchObject({ name: 'API_KEY', path: expect.stringContaining(path), line });
    expect(JSON.stringify(secrets)).not.toContain(SECRET);
    expect(bundle).toBeUndefined();
    const told = [secretsText(secrets ?? [])];
    const again = await collectWork(context, { told });
    expect(again).toMatchObject({ secrets, bundleBlobId: null });
    const other = await collectWork(context, { told, accepted: '0'.repeat(40) });
    expect(other).toMatchObject({ secrets, bundleBlobId: null });
    const accepted = await collectWork(context, { told, accepted: again.headSha });
    expect(accepted).toMatchObject({ secrets, bundleBlobId: 'blob' });
  });

  test('is found behind more than git’s output is kept of', async () => {
    sh(
      checkout,
      `echo ${SECRET} > 0first; git add .; git commit -qm k; head -c 40000000 /dev/zero | tr '\\0' 'x' | fold -w 200 > zlarge; git add .; git commit -qm large`,
    );
    const { secrets } = await collectWork(context, { told: [] });
    expect(secrets).toEqual([{ name: 'API_KEY', path: '0first', line: 1 }]);
  });

  test('that is nowhere is not found', async () => {
    sh(checkout, 'echo sk-very-secret > k');
    expect((await collectWork(context, { told: [] })).secrets).toEqual([]);
  });
});
