import { systemClock } from '@claude-codex/service-kit/clock';
import { createLogger } from '@claude-codex/service-kit/log';
import { waitFor } from '@claude-codex/testing/wait-for';
import { expect, it } from 'vitest';
import { startReconciling } from './reconcile.ts';

it('looks for what the other apps missed while GitHub refuses one of them, and hands over from the beginning once', async () => {
  const asked: string[] = [];
  const handedOver: number[] = [];
  const stop = startReconciling({
    journal: { unknown: async () => [], handOver: async (olderThanMs) => void handedOver.push(olderThanMs) },
    credentialIds: async () => ['bad', 'good'],
    // Of no app: there is no list to read, and nothing goes wrong.
    asApp: async (credentialId) => {
      asked.push(credentialId);
      if (credentialId === 'bad') throw new Error('GitHub does not accept the app');
      return null;
    },
    take: async () => undefined,
    ...{ clock: systemClock, log: createLogger({ service: 'test', level: 'silent' }), everyMs: 20 },
  });
  await waitFor('three looks for the good one', () => asked.filter((id) => id === 'good').length > 2 || null);
  await stop();
  expect(asked.filter((id) => id === 'bad')).toHaveLength(1);
  expect(handedOver.filter((olderThanMs) => olderThanMs === 0)).toHaveLength(1);
});
