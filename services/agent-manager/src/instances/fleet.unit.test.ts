import { expect, it } from 'vitest';
import { createFleet } from './fleet.ts';
import type { ManagerParts } from './parts.ts';

it('nothing is begun while another manager holds our lease', () => {
  let mayClaim = false;
  // To say whether there is room it needs nothing of a manager but the time.
  const parts = { clock: { now: () => 0 } } as unknown as ManagerParts;
  const fleet = createFleet(parts, 2, () => mayClaim);
  expect(fleet.place()).toBe('elsewhere');
  mayClaim = true;
  expect(fleet.place()).toBe('free');
});
