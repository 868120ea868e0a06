import fc from 'fast-check';
import { expect, it } from 'vitest';
import { agentUser } from './agent-user.ts';

it('is never root, whatever number it is made of', () => {
  const id = fc.oneof(fc.integer(), fc.constantFrom(0, -0, Number.NaN, 0.4, -1, Number.POSITIVE_INFINITY, 65_534));
  fc.assert(
    fc.property(id, id, (uid, gid) => {
      const made = attempt(() => agentUser({ uid, gid }));
      if (made !== null) expect(made.uid > 0 && made.gid > 0).toBe(true);
    }),
  );
  expect(() => agentUser({ uid: 0, gid: 100 })).toThrow(/CODEX_AGENT_UID/);
  expect(() => agentUser({ uid: 1000, gid: 0 })).toThrow(/never run as root/);
  expect(agentUser({ uid: 65_534, gid: 65_534 })).toMatchObject({ uid: 65_534, gid: 65_534 });
});

function attempt<Made>(make: () => Made): Made | null {
  try {
    return make();
  } catch {
    return null;
  }
}
