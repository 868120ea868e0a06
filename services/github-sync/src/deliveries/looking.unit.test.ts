import type { DeliveryResult } from '@claude-codex/contracts';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { expect, it } from 'vitest';
import { createLooking } from './looking.ts';

const AWAY = new ForgeAway('forge_away', 'GitHub does not answer.');

function open() {
  const said: (DeliveryResult & { handlingId: string })[] = [];
  const settled = (handlingId: string, result: DeliveryResult) => void said.push({ handlingId, ...result });
  return { looking: createLooking({ now: () => 100, settled }), said };
}
const look = (id: string, since: number, error: unknown = null) => ({
  ...{ id, since, error },
  isOver: false,
});

it('a delivery is handled when all it is about was looked at after it came', () => {
  const { looking, said } = open();
  looking.begin('d', { pullRequestIds: ['a', 'b'], repositoryIds: [], detail: '2 pull requests' });
  looking.looked(look('a', 99));
  looking.looked(look('b', 101));
  expect(said).toEqual([]);
  looking.looked(look('a', 101));
  expect(said).toMatchObject([
    { handlingId: 'd', outcome: 'handled', detail: '2 pull requests were read again from GitHub.', tries: 1 },
  ]);
  expect(looking.has('d')).toBe(false);
});

it('a pull request that is over is not waited for, whenever that was found', () => {
  const { looking, said } = open();
  looking.begin('d', { pullRequestIds: ['a'], repositoryIds: [], detail: 'A pull request' });
  looking.looked({ ...look('a', 99), isOver: true });
  expect(said).toMatchObject([{ outcome: 'handled' }]);
});

it('what goes on failing is said ever less often, and at last that it worked', () => {
  const { looking, said } = open();
  looking.begin('d', { pullRequestIds: ['a'], repositoryIds: [], detail: 'A pull request' });
  for (let tries = 0; tries < 100; tries += 1) looking.looked(look('a', 101, AWAY));
  expect(said.map(({ tries }) => tries)).toEqual([1, 2, 3, 4, 8, 16, 32, 64]);
  expect(said[0]).toMatchObject({ outcome: 'failed', detail: 'GitHub does not answer. It is tried again.' });
  looking.looked(look('a', 101));
  expect(said.at(-1)).toMatchObject({ outcome: 'handled', tries: 101 });
});

it('an error of ours is not told in its own words', () => {
  const { looking, said } = open();
  looking.begin('d', { pullRequestIds: ['a'], repositoryIds: [], detail: 'A pull request' });
  looking.looked(look('a', 101, new Error('secret of the database')));
  expect(said[0]?.detail).toBe('A fault on our side; see the log of github-sync. It is tried again.');
});
