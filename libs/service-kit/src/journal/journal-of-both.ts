import type { Journal, JournalLine, JournalPlace } from '../journal.ts';

/**
 * Reads what managers beside this server wrote into its directory and what those of further hosts wrote on the bus; an
 * instance that moved has some epochs here and some there. Writes to the first.
 */
export function createJournalOfBoth(here: Journal, elsewhere: Journal): Journal {
  const ask = async (question: (journal: Journal) => Promise<JournalLine[]>) =>
    (await Promise.all([question(here), question(elsewhere)]))
      .flat()
      .sort((a, b) => a.epoch - b.epoch || a.record.seq - b.record.seq);
  return {
    append: here.append,
    finish: here.finish,
    read: async (instanceId, options) =>
      (await ask((journal) => journal.read(instanceId, options))).slice(0, options.limit),
    readBack: async (instanceId, options) =>
      options.limit === 0 ? [] : (await ask((journal) => journal.readBack(instanceId, options))).slice(-options.limit),
    async last(instanceId): Promise<JournalPlace | null> {
      const [one, other] = await Promise.all([here.last(instanceId), elsewhere.last(instanceId)]);
      if (one === null || other === null) return one ?? other;
      return one.epoch > other.epoch || (one.epoch === other.epoch && one.seq > other.seq) ? one : other;
    },
  };
}
