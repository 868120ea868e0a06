import { streamOf } from '@claude-codex/contracts';
import type { ToolContext } from '../calls/tool.ts';
import { ToolError } from '../calls/tool-error.ts';
import { waitForResult } from '../waiting/wait-for.ts';

/** Waits until `look` finds what a person decided on `stream`. Null when nobody did in time; throws when it is pointless. */
export async function waitForPerson<Result>(
  context: ToolContext,
  stream: string,
  look: () => Promise<Result | null>,
): Promise<Result | null> {
  const { watch, signal, waitMs: timeoutMs, identity, instances } = context;
  const streams = [stream, streamOf('instance', identity.instanceId)];
  const found = await waitForResult({ watch, streams, signal, timeoutMs }, async () => {
    if (signal.aborted) return null;
    if ((await instances.live(identity)) === null) {
      throw new ToolError('INSTANCE_ENDED', 'This run was stopped while it waited', 'End your turn.');
    }
    return look();
  });
  if (signal.aborted && found === null) {
    const hint = 'Call again with the same arguments: the question stays asked, nothing is lost.';
    throw new ToolError('SERVICE_STOPPING', 'The wait was interrupted', hint);
  }
  return found;
}
