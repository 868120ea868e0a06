import { describeWith, natsEngine } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { runChaos } from './chaos.ts';
import { isSound } from './verdict.ts';

const SECONDS = 60;

describeWith(natsEngine, 'the whole backbone under random kills', () => {
  it('loses, doubles, reorders and hides nothing', async ({ annotate }) => {
    const verdict = await runChaos({ seconds: SECONDS, seed: 7 });
    await annotate(JSON.stringify(verdict));
    expect(isSound(verdict), JSON.stringify(verdict, null, 2)).toBe(true);
  }, 300_000);
});
