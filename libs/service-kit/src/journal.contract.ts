import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { records } from './journal.contract.fixture.ts';
import type { Journal, JournalPlace } from './journal.ts';

/** What every Journal does. */
export function journalContract(name: string, open: () => Promise<{ journal: Journal; close(): Promise<void> }>): void {
  describe(`journal: ${name}`, () => {
    let under: Awaited<ReturnType<typeof open>>;
    let journal: Journal;
    let instanceId = '';
    let used = 0;

    beforeAll(async () => {
      under = await open();
      journal = under.journal;
    });
    beforeEach(() => {
      used += 1;
      instanceId = `instance-${used}`;
    });
    afterAll(() => under.close());

    async function places(after?: JournalPlace, limit = 10_000): Promise<string[]> {
      const lines = await journal.read(instanceId, { limit, ...(after ? { after } : {}) });
      return lines.map(({ epoch, record }) => `${epoch}.${record.seq}`);
    }

    async function placesBack(before?: JournalPlace, limit = 10_000): Promise<string[]> {
      const lines = await journal.readBack(instanceId, { limit, ...(before ? { before } : {}) });
      return lines.map(({ epoch, record }) => `${epoch}.${record.seq}`);
    }

    it('gives back what was written, in order of epoch and seq', async () => {
      await journal.append(instanceId, 1, records(1, 3));
      await journal.append(instanceId, 2, records(1, 2));
      expect(await places()).toEqual(['1.1', '1.2', '1.3', '2.1', '2.2']);
      const [line] = await journal.read(instanceId, { limit: 1 });
      expect(line).toEqual({ epoch: 1, record: records(1, 1)[0] });
      expect(await journal.last(instanceId)).toEqual({ epoch: 2, seq: 2 });
    });

    it('takes each record once, however often the log is followed again', async () => {
      await journal.append(instanceId, 1, records(1, 3));
      await journal.append(instanceId, 1, records(2, 5));
      await journal.append(instanceId, 1, records(1, 5));
      expect(await places()).toEqual(['1.1', '1.2', '1.3', '1.4', '1.5']);
    });

    it('is the same after it was finished, and may go on', async () => {
      await journal.append(instanceId, 1, records(1, 3));
      await journal.finish(instanceId);
      await journal.finish(instanceId);
      expect(await places()).toEqual(['1.1', '1.2', '1.3']);
      await journal.append(instanceId, 1, records(2, 4));
      expect(await places()).toEqual(['1.1', '1.2', '1.3', '1.4']);
      expect(await journal.last(instanceId)).toEqual({ epoch: 1, seq: 4 });
    });

    it('takes concurrent writes one after the other', async () => {
      await Promise.all([
        journal.append(instanceId, 1, records(1, 50)),
        journal.append(instanceId, 1, records(1, 80)),
        journal.append(instanceId, 1, records(1, 100)),
      ]);
      expect(await places()).toEqual(records(1, 100).map(({ seq }) => `1.${seq}`));
    });

    it('reads on from any place, and not more than asked', async () => {
      for (let from = 1; from <= 300; from += 10) await journal.append(instanceId, 3, records(from, from + 9, 200));
      await journal.append(instanceId, 4, records(1, 5));
      for (const seq of [0, 1, 9, 10, 11, 150, 299]) {
        expect(await places({ epoch: 3, seq }, 2)).toEqual(
          seq === 299 ? ['3.300', '4.1'] : [`3.${seq + 1}`, `3.${seq + 2}`],
        );
      }
      expect(await places({ epoch: 3, seq: 300 })).toEqual(['4.1', '4.2', '4.3', '4.4', '4.5']);
      expect(await places({ epoch: 2, seq: 7 }, 1)).toEqual(['3.1']);
      expect(await places({ epoch: 4, seq: 5 })).toEqual([]);
      expect(await places({ epoch: 9, seq: 1 })).toEqual([]);
    });

    it('reads back from the end or any place, a page at a time', async () => {
      expect(await placesBack()).toEqual([]);
      for (let from = 1; from <= 300; from += 10) await journal.append(instanceId, 3, records(from, from + 9, 200));
      await journal.append(instanceId, 4, records(1, 2));
      expect(await placesBack(undefined, 3)).toEqual(['3.300', '4.1', '4.2']);
      expect(await placesBack({ epoch: 3, seq: 300 }, 2)).toEqual(['3.298', '3.299']);
      expect(await placesBack({ epoch: 4, seq: 1 }, 1)).toEqual(['3.300']);
      expect(await placesBack({ epoch: 3, seq: 3 }, 10)).toEqual(['3.1', '3.2']);
      expect(await placesBack({ epoch: 3, seq: 1 })).toEqual([]);
      expect(await placesBack({ epoch: 9, seq: 9 })).toEqual(await places());
    });

    it('reads back over a gap in the numbers', async () => {
      await journal.append(instanceId, 1, records(1, 4));
      await journal.append(instanceId, 1, records(900, 901));
      expect(await placesBack(undefined, 4)).toEqual(['1.3', '1.4', '1.900', '1.901']);
    });

    it('finds its place among lines of very different length', async () => {
      const lengths = [10, 200_000, 10, 70_000, 10, 10, 300_000, 10];
      for (const [index, length] of lengths.entries()) {
        await journal.append(instanceId, 1, records(index + 1, index + 1, length));
      }
      for (let seq = 0; seq < lengths.length; seq += 1) {
        expect(await places({ epoch: 1, seq }, 1)).toEqual([`1.${seq + 1}`]);
      }
      expect(await places({ epoch: 1, seq: lengths.length })).toEqual([]);
      expect(await journal.last(instanceId)).toEqual({ epoch: 1, seq: lengths.length });
    });

    it('shows a gap in the numbers instead of refusing what came after it', async () => {
      await journal.append(instanceId, 1, records(1, 2));
      await journal.append(instanceId, 1, records(7, 8));
      expect(await places({ epoch: 1, seq: 2 })).toEqual(['1.7', '1.8']);
      expect(await places({ epoch: 1, seq: 5 })).toEqual(['1.7', '1.8']);
    });

    it('has nothing of an instance nobody wrote about', async () => {
      expect(await places()).toEqual([]);
      expect(await journal.last(instanceId)).toBeNull();
      await journal.append(instanceId, 1, []);
      expect(await journal.last(instanceId)).toBeNull();
    });

    it('refuses an id that is a path', async () => {
      await expect(journal.append('../other', 1, records(1, 1))).rejects.toThrow(TypeError);
      await expect(journal.read('a/b', { limit: 1 })).rejects.toThrow(TypeError);
    });
  });
}
