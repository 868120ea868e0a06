import { records } from '../journal.contract.fixture.ts';
import { createDirectoryJournal } from './directory-journal.ts';

// Writes on from where the last one was killed, and says what is durable.
const journal = createDirectoryJournal(String(process.argv[2]), { segmentBytes: 20_000 });
const last = await journal.last('one');
for (let seq = (last?.seq ?? 0) + 1; ; seq += 7) {
  await journal.append('one', 1, records(seq, seq + 6, 300));
  process.stdout.write(`${seq + 6}\n`);
}
