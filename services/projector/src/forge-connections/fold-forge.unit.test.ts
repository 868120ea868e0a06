import type { EventData, ForgeView } from '@claude-codex/contracts';
import { expect, it } from 'vitest';
import { type ForgeRecord, foldForge } from './fold-forge.ts';

type Step = { [T in ForgeRecord['type']]: [type: T, data: EventData<T>] }[ForgeRecord['type']];

function after(...steps: Step[]) {
  return steps
    .map(([type, data], index) => {
      const place = { position: index + 1, stream: 'forge-f1', version: index + 1 };
      return { ...place, type, data, at: `2026-11-20T09:00:0${index}.000Z` } as ForgeRecord;
    })
    .reduce<ForgeView | null>(foldForge, null);
}

const connected = (login: string): Step => [
  'ForgeConnected',
  { provider: 'github', webUrl: 'https://github.com', credentialId: 'c1', login },
];
const refused: Step = ['ForgeCredentialRefused', { detail: 'Bad credentials' }];

it('is connected as an account, and says nothing of where its credential is kept', () => {
  const view = after(connected('team-bot'));
  expect(view).toMatchObject({ id: 'f1', status: 'connected', title: 'GitHub', login: 'team-bot', position: 1 });
  expect(JSON.stringify(view)).not.toContain('c1');
});

it('says why its credential is refused, until it is taken again or replaced', () => {
  expect(after(connected('a'), refused)).toMatchObject({ status: 'refused', detail: 'Bad credentials' });
  const again = after(connected('a'), refused, ['ForgeCredentialAccepted', {}]);
  expect(again).toMatchObject({ status: 'connected', detail: null, connectedAt: '2026-11-20T09:00:00.000Z' });
  const replaced = after(connected('a'), refused, connected('b'));
  expect(replaced).toMatchObject({ status: 'connected', detail: null, login: 'b' });
  expect(replaced?.connectedAt).toBe('2026-11-20T09:00:02.000Z');
});

it('stays to be named after it ended', () => {
  expect(after(connected('a'), refused, ['ForgeDisconnected', {}])).toMatchObject({
    status: 'disconnected',
    login: 'a',
    detail: null,
  });
  expect(after(['ForgeDisconnected', {}])).toBeNull();
});
