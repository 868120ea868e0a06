import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);
const MIB = 1024 ** 2;

it('an agent that fills the disk is ended with a reason a person can act on', { timeout: 120_000 }, async () => {
  const fill = bashAnswer(0, 'head -c 200M /dev/zero | tr "\\0" x > big.bin; sleep 60');
  const house = await openHouse((step) => (step === 0 ? fill : textAnswer('On it.')), { diskBytes: 64 * MIB });
  await house.createOne();
  const failed = await house.until('InstanceFailed');
  expect(failed.data).toMatchObject({ code: 'AGENT_DISK_FULL' });
  expect(failed.data.detail).toMatch(
    /took 0\.\d\d GB of the disk, and one agent may have 0\.06 GB \(CODEX_AGENT_DISK_MB\)/,
  );
  expect((await house.until('TaskFailed')).data).toMatchObject({ code: 'AGENT_DISK_FULL' });
});

it('an agent that is told what it takes cleans up, and goes on', { timeout: 120_000 }, async () => {
  const fill = 'head -c 80M /dev/zero | tr "\\0" x > big.bin; sleep 8';
  const cleanUp = 'rm big.bin; date > x; git add x; git commit -qm x';
  const house = await openHouse(
    (step, { prompts, results }) => {
      const told = prompts.some((prompt) => prompt.includes('of the disk, and you may have'));
      if (step === 0) return bashAnswer(0, fill);
      if (!told) return textAnswer('It is made.');
      return results.has('toolu_test_9') ? textAnswer('=== PHASE 1 COMPLETE ===') : bashAnswer(9, cleanUp);
    },
    { diskBytes: 64 * MIB },
  );
  await house.createOne();
  await house.until('AttemptCompleted');
  const told = (await house.events()).flatMap(({ type, data }) => (type === 'MessageSent' ? [data.text] : []));
  expect(
    told.filter((text) => /^Your files take 0\.\d\d GB of the disk, and you may have 0\.06 GB/.test(text)),
  ).toHaveLength(1);
  expect(await house.count('InstanceFailed')).toBe(0);
});

it('a sparse file of 3 GB takes nothing, and ends nobody', { timeout: 120_000 }, async () => {
  const sparse = 'truncate -s 3G sparse.bin; sleep 33; rm sparse.bin; date > x; git add x; git commit -qm x';
  const house = await openHouse(
    (step) => (step === 0 ? bashAnswer(0, sparse) : textAnswer('=== PHASE 1 COMPLETE ===')),
    { diskBytes: 64 * MIB },
  );
  await house.createOne();
  await house.until('PhaseSubmitted');
  expect(await house.count('InstanceFailed')).toBe(0);
});
