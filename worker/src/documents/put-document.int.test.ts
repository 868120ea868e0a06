import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerDocument } from '@claude-codex/contracts/worker/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putDocuments } from './put-document.ts';

let folder: string;
let paths: { checkout: string; home: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-documents-'));
  paths = { checkout: join(folder, 'checkout'), home: join(folder, 'home') };
  await mkdir(join(paths.checkout, '.git'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function document(path: string, text: string | Buffer, place: WorkerDocument['place'] = 'checkout'): WorkerDocument {
  return { place, path, base64: Buffer.from(text).toString('base64') };
}

describe('a document', () => {
  it('is put where its agent looks for it, byte for byte', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x0d, 0x0a, 0x00, 0xff]);
    await writeFile(join(paths.checkout, 'PLAN.md'), 'of the agent');
    const documents = [document('PLAN.md', bytes), document('a/b/PLAN.md', 'x', 'home')];
    expect(await putDocuments(paths, documents)).toEqual([]);
    expect(await readFile(join(paths.checkout, 'PLAN.md'))).toEqual(bytes);
    expect(await readFile(join(paths.home, 'documents/a/b/PLAN.md'), 'utf8')).toBe('x');
    expect(await readdir(paths.checkout)).toEqual(['.git', 'PLAN.md']);
  });

  it('takes the place of a link and does not follow it', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await writeFile(elsewhere, 'untouched');
    await symlink(elsewhere, join(paths.checkout, 'PLAN.md'));
    expect(await putDocuments(paths, [document('PLAN.md', 'new')])).toEqual([]);
    expect(await readFile(elsewhere, 'utf8')).toBe('untouched');
    expect(await readFile(join(paths.checkout, 'PLAN.md'), 'utf8')).toBe('new');
  });

  it.each(['../PLAN.md', '/etc/PLAN.md', '.git/config', '', 'link/PLAN.md', 'file/PLAN.md', 'folder', 'a\0b'])(
    'that cannot be at %j is told, and those beside it are put',
    async (path) => {
      await mkdir(join(folder, 'outside'));
      await symlink(join(folder, 'outside'), join(paths.checkout, 'link'));
      await writeFile(join(paths.checkout, 'file'), '');
      await mkdir(join(paths.checkout, 'folder'));
      const left = await putDocuments(paths, [document(path, 'new'), document('PLAN.md', 'new')]);
      expect(left).toEqual([{ path, problem: expect.stringMatching(/./) }]);
      expect(await readFile(join(paths.checkout, 'PLAN.md'), 'utf8')).toBe('new');
      expect(await readdir(join(folder, 'outside'))).toEqual([]);
      expect((await readdir(paths.checkout)).filter((name) => name.endsWith('.new'))).toEqual([]);
    },
  );
});
