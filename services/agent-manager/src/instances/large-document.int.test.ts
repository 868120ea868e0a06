import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

it('a document larger than people read is refused by its size, not as missing', { timeout: 120_000 }, async () => {
  const house = await openHouse(
    (step, { prompts }) => {
      const told = prompts.some((prompt) => prompt.includes('shorter document'));
      if (step === 0) return bashAnswer(0, 'truncate -s 21M PLAN.md');
      if (told && step === 1) return bashAnswer(1, 'echo "# Plan" > PLAN.md');
      return textAnswer('=== PHASE plan COMPLETE ===');
    },
    { workflow: 'plan-only' },
  );
  await house.createOne();
  const { reasons } = (await house.until('AttemptRefused')).data;
  expect(reasons.join(' ')).toContain('PLAN.md (21 MB) is not missing, but larger than a document may be (20 MB).');
  await house.until('AttemptCompleted');
});
