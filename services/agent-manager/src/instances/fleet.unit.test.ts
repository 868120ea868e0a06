import { silentLog } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { createFleet } from './fleet.ts';

const notAsked = () => {
  throw new Error('there is nothing to do');
};

it('nothing is begun while another manager holds our lease', () => {
  let mayClaim = false;
  const starts = { begin: notAsked, goOn: notAsked, adopt: notAsked };
  const runtime = { outlivesManager: true, stop: notAsked };
  const parts = { starts, runtime, room: { ring: notAsked }, clock: { now: () => 0 }, log: silentLog };
  const fleet = createFleet(parts, 2, () => mayClaim);
  expect(fleet.place()).toBe('elsewhere');
  mayClaim = true;
  expect(fleet.place()).toBe('free');
});
