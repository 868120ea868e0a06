import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../event-store.ts';
import { fresh } from './append-request.ts';

export interface CheckpointsUnderTest {
  checkpoints: CheckpointStore;
  /** Lets `ms` pass by the clock that leases run by. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** What every CheckpointStore does. */
export function checkpointsContract(name: string, open: () => Promise<CheckpointsUnderTest>): void {
  describe(`checkpoints: ${name}`, () => {
    let under: CheckpointsUnderTest;
    let checkpoints: CheckpointStore;

    beforeAll(async () => {
      under = await open();
      checkpoints = under.checkpoints;
    });
    afterAll(() => under.close());

    it('starts at 0 and gives the saved position to the next owner', async () => {
      const manager = fresh('manager');
      expect(await checkpoints.acquire(manager, 'a', 60_000)).toEqual({ epoch: 1, position: 0 });
      expect(await checkpoints.save(manager, 1, 17)).toBe(true);
      await checkpoints.release(manager, 'a', 1);
      expect(await checkpoints.acquire(manager, 'b', 60_000)).toEqual({ epoch: 2, position: 17 });
    });

    it('has one owner at a time', async () => {
      const manager = fresh('manager');
      await checkpoints.acquire(manager, 'a', 60_000);
      expect(await checkpoints.acquire(manager, 'b', 60_000)).toBeNull();
      await checkpoints.release(manager, 'b', 1);
      expect(await checkpoints.acquire(manager, 'b', 60_000)).toBeNull();
    });

    it('passes an expired lease on and fences off its old owner', async () => {
      const manager = fresh('manager');
      await checkpoints.acquire(manager, 'a', 50);
      await under.pass(100);
      expect(await checkpoints.acquire(manager, 'b', 60_000)).toEqual({ epoch: 2, position: 0 });
      expect(await checkpoints.save(manager, 1, 5)).toBe(false);
      expect(await checkpoints.renew(manager, 'a', 1, 60_000)).toBe(false);
      await checkpoints.release(manager, 'a', 1);
      expect(await checkpoints.acquire(manager, 'c', 60_000)).toBeNull();
    });

    it('stays with an owner that renews', async () => {
      const manager = fresh('manager');
      await checkpoints.acquire(manager, 'a', 200);
      expect(await checkpoints.renew(manager, 'a', 1, 60_000)).toBe(true);
      await under.pass(300);
      expect(await checkpoints.acquire(manager, 'b', 60_000)).toBeNull();
    });

    it('never moves back', async () => {
      const manager = fresh('manager');
      await checkpoints.acquire(manager, 'a', 60_000);
      await checkpoints.save(manager, 1, 9);
      await checkpoints.save(manager, 1, 4);
      expect(await checkpoints.acquire(manager, 'a', 60_000)).toEqual({ epoch: 2, position: 9 });
    });

    it('keeps a paused process manager from everybody until it is resumed', async () => {
      const manager = fresh('manager');
      const reason = { position: 8, eventId: 'e8', type: 'Noted', message: 'cannot digest' };
      await checkpoints.acquire(manager, 'a', 60_000);
      await checkpoints.save(manager, 1, 7);
      expect(await checkpoints.pause(manager, 9, reason)).toBe(false);
      expect(await checkpoints.resume(manager)).toBe(false);
      expect(await checkpoints.pause(manager, 1, reason)).toBe(true);
      expect(await checkpoints.acquire(manager, 'a', 60_000)).toBeNull();
      expect(await checkpoints.list()).toContainEqual({ name: manager, position: 7, owner: null, paused: reason });
      expect(await checkpoints.resume(manager)).toBe(true);
      expect(await checkpoints.acquire(manager, 'b', 60_000)).toEqual({ epoch: 2, position: 7 });
      expect(await checkpoints.list()).toContainEqual({ name: manager, position: 7, owner: 'b', paused: null });
    });
  });
}
