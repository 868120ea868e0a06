import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { beginHere, checkout, codes, commit, sh, useCheckout } from './commit.fixture.ts';

useCheckout();

test('a conflict that was committed with its markers is told; a heading of equal signs is none', async () => {
  await writeFile(join(checkout, 'doc.md'), 'Heading\n=======\n\ntext\n');
  expect(codes(await commit())).toEqual([]);
  await writeFile(join(checkout, 'b.txt'), 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n');
  const head = await commit();
  expect(head.findings).toMatchObject([{ code: 'CONFLICT_MARKERS', what: expect.stringContaining('b.txt') }]);
});

describe('files under Git LFS without Git LFS', () => {
  beforeEach(() =>
    sh(
      'echo "*.bin filter=lfs diff=lfs merge=lfs -text" > .gitattributes; git config filter.lfs.clean "git-lfs clean -- %f"; git config filter.lfs.required true',
    ),
  );
  test('a new one is told', async () => {
    await writeFile(join(checkout, 'big.bin'), 'x'.repeat(5_000));
    const head = await commit();
    expect(head.commits).toBe(1);
    expect(head.findings).toMatchObject([{ code: 'LFS_WITHOUT_LFS', what: expect.stringContaining('big.bin') }]);
  });
  test('a pointer whose content nobody has is told', async () => {
    await writeFile(
      join(checkout, 'big.bin'),
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n`,
    );
    expect(codes(await commit())).toEqual(['LFS_CONTENT_MISSING']);
  });
  test('other files are not', async () => {
    await writeFile(join(checkout, 'b.txt'), 'b');
    expect(codes(await commit())).toEqual([]);
  });
});

test('says that everything made is ignored, when nothing else is there', async () => {
  sh('echo dist > .gitignore; git add .; git commit -qm ignore');
  await beginHere();
  sh('mkdir dist; echo x > dist/x');
  const head = await commit();
  expect(head).toMatchObject({ commits: 0, findings: [{ code: 'ONLY_IGNORED_OUTPUT' }] });
  expect(head.findings[0]?.what).toContain('dist/');
  await rename(join(checkout, 'dist'), join(checkout, 'out'));
  expect(codes(await commit())).toEqual([]);
});
