import type { AppendRequest, ExpectedVersion, NewEvent } from '@claude-codex/contracts/envelope';
import type { CommandMeta } from '../handle-command.ts';

export const testMeta: CommandMeta = {
  actor: { kind: 'person', id: 'ada' },
  causedBy: null,
  correlationId: 'request-1',
  causationId: null,
  workspaceId: 'workspace-1',
};

let made = 0;

/** A name nobody used in this process: suites share one log. */
export function fresh(prefix: string): string {
  made += 1;
  return `${prefix}-${made}`;
}

/** An append to one stream, for tests that care about the stream and its version. */
export function appendOf(
  stream: string,
  expectedVersion: ExpectedVersion,
  events: NewEvent[],
  commandId: string = fresh('command'),
): AppendRequest {
  return { commandId, meta: testMeta, writes: [{ stream, expectedVersion, events }] };
}
