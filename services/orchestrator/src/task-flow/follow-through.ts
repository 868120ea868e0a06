import { type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { followThrough } from '@claude-codex/domain';
import { handleTransaction } from '@claude-codex/eventing/handle-command';
import { readWholeStream } from '@claude-codex/eventing/whole-stream';
import { idFrom } from '@claude-codex/service-kit/ids';
import { commandIdOf, metaFollowing, unlessRefused } from './commands.ts';
import type { TaskFlowPorts } from './ports.ts';
import { pullRequestIdOf } from './pull-request-ends.ts';

/** What its forge says of a pull request may send its work back to the agent. The rules are the domain's. */
export async function goBack(ports: TaskFlowPorts, event: RecordedEvent, pullRequestId: string): Promise<void> {
  const step = 'follow-through';
  await unlessRefused(ports.log, event, step, () =>
    handleTransaction(ports.store, {
      commandId: commandIdOf(event, step),
      meta: metaFollowing(event),
      decide: (load) => followThrough(load, { pullRequestId, hash: (text) => idFrom(text) }),
    }),
  );
}

/** What was said while the task was paused waited for it. */
export async function goBackOnceResumed(ports: TaskFlowPorts, event: RecordedEvent, taskId: string): Promise<void> {
  const events = await readWholeStream(ports.store, streamOf('task', taskId));
  const approval = events.findLast(({ type }) => type === 'PhaseApproved');
  if (approval !== undefined) await goBack(ports, event, pullRequestIdOf(approval));
}
