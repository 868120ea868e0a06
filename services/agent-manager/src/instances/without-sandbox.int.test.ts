import { streamOf } from '@claude-codex/contracts';
import { workspaceDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

it('without a sandbox an agent starts only where somebody agreed to what it can read', {
  timeout: 120_000,
}, async () => {
  const script = (step: number) =>
    step === 0 ? bashAnswer(0, 'id -u > who.txt; git add -A; git commit -qm Work') : textAnswer('I am done.');
  const house = await openHouse(script, { sandbox: 'off' });
  await house.createOne();
  const { data } = await house.until('InstanceFailed');
  expect(data).toMatchObject({ code: 'AGENTS_NOT_SANDBOXED' });
  expect(await house.count('InstanceStarting')).toBe(0);

  const { workspaceId } = house.envelope().meta;
  const workspace = { stream: streamOf('workspace', workspaceId), decider: workspaceDecider };
  const found = { type: 'CreateWorkspace' as const, name: 'Team', ownerId: 'ada' };
  await handleCommand(house.store, { ...house.envelope(), ...workspace, command: found });
  const exposure = /can read (.*)\.$/.exec(data.detail)?.[1] ?? '';
  const allow = { type: 'AllowUnsandboxedAgents' as const, exposure };
  await handleCommand(house.store, { ...house.envelope(), ...workspace, command: allow });
  await house.createOne();
  expect((await house.until('AttemptCompleted')).data.changes).toMatchObject({ filesChanged: 1 });
});
