import { describe, it } from 'vitest';

/** Something a suite needs from the machine; `missing` says what to install when it is not there. */
export interface Engine {
  readonly name: string;
  readonly missing: string | null;
}

/**
 * A suite that needs an engine. Without it the suite is reported as skipped under its own name with the reason, and
 * where no skips are allowed (CODEX_REQUIRE_ALL=1, in CI) it fails instead.
 */
export function describeWith(engine: Engine, name: string, suite: () => void): void {
  if (engine.missing === null) {
    describe(name, suite);
    return;
  }
  const title = `${name} (needs ${engine.name}: ${engine.missing})`;
  if (process.env.CODEX_REQUIRE_ALL !== '1') {
    describe.skip(title, suite);
    return;
  }
  describe(title, () => {
    it('has its engine', () => {
      throw new Error(`${engine.name} is missing: ${engine.missing}`);
    });
  });
}
