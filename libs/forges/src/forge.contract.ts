import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change, Forge } from './forge.ts';

type Files = Readonly<Record<string, string>>;

/** A repository at the forge under test, with one commit on its base, and hands for what other people do there. */
export interface ForgeHouse {
  readonly forge: Forge;
  /** Hands over a branch with one commit from the base as it is now, and opens the change. */
  open(files: Files): Promise<Change>;
  /** The branch goes on, by a commit that nobody looked at. */
  goOn(change: Change, files: Files): Promise<void>;
  /** Somebody else pushes to the base; gives the commit. */
  moveBase(files: Files): Promise<string>;
  base(): Promise<{ readonly headSha: string; readonly files: Files; readonly commits: number }>;
  close(): Promise<void>;
}

const WISH = { personId: 'ada', at: '2026-03-01T12:00:00Z' };
const STRATEGIES = ['merge', 'squash', 'rebase'] as const;

/** What every Forge does. */
export function forgeContract(name: string, build: () => Promise<ForgeHouse>): void {
  describe(`forge: ${name}`, () => {
    let house: ForgeHouse;
    beforeEach(async () => {
      house = await build();
    });
    afterEach(() => house.close());

    const merge = (change: Change, strategy: (typeof STRATEGIES)[number] = 'squash') =>
      house.forge.merge(change, { ...WISH, strategy });

    it.each(STRATEGIES)('brings the change into the base (%s), and says where', async (strategy) => {
      const change = await house.open({ 'new.txt': 'ours' });
      const merged = await merge(change, strategy);
      const { headSha, files } = await house.base();
      expect(merged).toMatchObject({ ok: true, mergeSha: headSha, repository: { headSha } });
      expect(files).toMatchObject({ 'new.txt': 'ours' });
    });

    it.each(STRATEGIES)('merges once, however often it is asked (%s)', async (strategy) => {
      const change = await house.open({ 'new.txt': 'ours' });
      const merged = await merge(change, strategy);
      if (merged.ok !== true) throw new Error(merged.detail);
      await house.moveBase({ 'later.txt': 'theirs' });
      const before = await house.base();
      expect(await merge(change, strategy)).toMatchObject({ ok: true, mergeSha: merged.mergeSha });
      expect(await house.base()).toEqual(before);
    });

    it('asked twice at the same time it merges once', async () => {
      const change = await house.open({ 'new.txt': 'ours' });
      const { commits } = await house.base();
      await Promise.all([merge(change), merge(change)]);
      expect((await house.base()).commits).toBe(commits + 1);
    });

    it('never merges what came to the branch after it was looked at', async () => {
      const change = await house.open({ 'new.txt': 'ours' });
      await house.goOn(change, { 'unseen.txt': 'nobody looked at this' });
      const { headSha } = await house.base();
      const outcome = await merge(change);
      const after = await house.base();
      expect(after.files).not.toHaveProperty('unseen.txt');
      // A forge that merges branches and not commits refuses, and so does one whose branch is not ours alone any more.
      if (outcome.ok) return;
      expect(['HEAD_MOVED', 'BRANCH_TAKEN']).toContain(outcome.code);
      expect(after.headSha).toBe(headSha);
    });

    it('refuses a head that is not there, and leaves the base alone', async () => {
      const change = await house.open({ 'new.txt': 'ours' });
      const before = await house.base();
      const refused = await merge({ ...change, headSha: 'e'.repeat(40) });
      expect(refused).toMatchObject({ ok: false, detail: expect.stringMatching(/\.$/) });
      // Where branches are merged and not commits, it is one the branch does not have.
      expect(['HEAD_MISSING', 'HEAD_MOVED']).toContain(refused.ok ? '' : refused.code);
      expect(await house.base()).toEqual(before);
    });

    it('merges into a base that others moved, where both go together', async () => {
      const change = await house.open({ 'new.txt': 'ours' });
      await house.moveBase({ 'other.txt': 'theirs' });
      expect(await merge(change)).toMatchObject({ ok: true });
      expect((await house.base()).files).toMatchObject({ 'new.txt': 'ours', 'other.txt': 'theirs' });
    });

    it('refuses what both sides changed, and leaves the base alone', async () => {
      const change = await house.open({ 'same.txt': 'ours' });
      await house.moveBase({ 'same.txt': 'theirs' });
      const before = await house.base();
      const refused = { ok: false, code: 'MERGE_CONFLICT', conflicts: ['same.txt'] };
      expect(await merge(change)).toMatchObject(refused);
      expect(await house.forge.update(change, WISH)).toMatchObject(refused);
      expect(await house.base()).toEqual(before);
    });

    it('brings the base into the branch, and what is merged then is that', async () => {
      const change = await house.open({ 'new.txt': 'ours' });
      const base = await house.moveBase({ 'other.txt': 'theirs' });
      const updated = await house.forge.update(change, WISH);
      if (!updated.ok) throw new Error(updated.detail);
      const { headSha } = updated;
      expect(updated.changes).toMatchObject({ headSha, baseSha: base, filesChanged: 1 });
      expect((await house.base()).headSha).toBe(base);
      expect(await merge({ ...change, headSha }, 'rebase')).toMatchObject({ ok: true });
      expect((await house.base()).files).toMatchObject({ 'new.txt': 'ours', 'other.txt': 'theirs' });
    });

    it('has nothing to bring in when the branch holds the base already', async () => {
      const change = await house.open({ 'new.txt': 'ours' });
      expect(await house.forge.update(change, WISH)).toEqual({ ok: true, headSha: change.headSha, changes: null });
      await house.moveBase({ 'other.txt': 'theirs' });
      const updated = await house.forge.update(change, WISH);
      if (!updated.ok) throw new Error(updated.detail);
      const again = { ...change, headSha: updated.headSha };
      expect(await house.forge.update(again, WISH)).toEqual({ ok: true, headSha: updated.headSha, changes: null });
    });
  });
}
