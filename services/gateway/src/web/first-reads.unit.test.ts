import { expect, it } from 'vitest';
import { answersFor, hasFirstReads, sessionFor } from './first-reads.ts';

const ID = '01jd0000000000000000000001';
const TASK = {
  id: ID,
  instances: [{ id: 'first' }, { id: 'second' }, { id: 'newest' }],
  reviews: [
    { subject: 'document', round: 1 },
    { subject: 'changes', round: 2, changes: {} },
  ],
  changes: {},
};

/** Answers every read; what was asked is in `asked`. */
function answering(answers: Record<string, unknown> = {}) {
  const asked: string[] = [];
  const ask = async (read: string) => {
    asked.push(read);
    return read in answers ? JSON.stringify(answers[read]) : `"${read}"`;
  };
  return { asked, ask };
}

it('reads what the board asks for first, and keeps the session that was read already', async () => {
  const { asked, ask } = answering();
  const answers = await answersFor('/', '{"person":{}}', ask);
  expect([...answers.keys()]).toEqual(['/api/session', ...asked]);
  expect(asked).toContain('/api/board?perColumn=100');
  expect(answers.get('/api/session')).toBe('{"person":{}}');
});

it("reads an older agent's journal for the page that shows it, the newest one's as the task's log", async () => {
  const { asked, ask } = answering({ [`/api/tasks/${ID}`]: TASK });
  await answersFor(`/tasks/${ID}`, '{}', ask);
  expect(asked).toContain(`/api/tasks/${ID}/log?direction=backward&limit=200`);
  const journals = asked.filter((read) => read.includes('/journal'));
  expect(journals).toEqual(
    ['first', 'second'].map((id) => `/api/instances/${id}/journal?direction=backward&limit=200`),
  );
});

it('reads the diff of the newest round for the page that shows it', async () => {
  const { asked, ask } = answering({ [`/api/tasks/${ID}`]: TASK });
  await answersFor(`/tasks/${ID}/changes`, '{}', ask);
  expect(asked).toContain(`/api/tasks/${ID}/changes?since=base&round=2`);
  expect(asked.join()).not.toContain('/log');
});

it('reads no diff where there is none yet', async () => {
  const { asked, ask } = answering({ [`/api/tasks/${ID}`]: { ...TASK, reviews: [], changes: null } });
  await answersFor(`/tasks/${ID}/changes`, '{}', ask);
  expect(asked).toEqual([`/api/tasks/${ID}`, `/api/tasks/${ID}/events?after=0&limit=1000`]);
});

it('leaves out what was refused', async () => {
  const answers = await answersFor(`/tasks/${ID}`, '{}', async (read) => (read.includes('/log') ? '{}' : null));
  expect([...answers.keys()]).toEqual(['/api/session', `/api/tasks/${ID}/log?direction=backward&limit=200`]);
});

it('reads nothing for an address that is no page of this kind', () => {
  expect(hasFirstReads('/')).toBe(true);
  expect(['/nowhere', '/login', `/tasks/${ID}x`, '/tasks/<script>'].some(hasFirstReads)).toBe(false);
});

it('knows nobody by a session without a person, or by none', async () => {
  expect(await sessionFor(async () => '{"person":null}')).toBeNull();
  expect(await sessionFor(async () => null)).toBeNull();
  expect(await sessionFor(async () => '{"person":{"id":"x"}}')).toBe('{"person":{"id":"x"}}');
});
