import type { Log } from '@claude-codex/eventing';

const nothing = (): void => undefined;

/** A log for tests that do not look at it. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
