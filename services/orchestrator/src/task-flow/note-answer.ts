import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { isAboutHandOver } from '@claude-codex/domain';
import type { TaskFlowPorts } from './ports.ts';
import { toTask } from './targets.ts';

/**
 * A person's answer is noted with the phase it was about: the agent that asked may end with it, and the next one would
 * ask the same again. A value that was given is not told in words, and what was decided about a hand-over ends with it.
 */
export async function noteAnswer(
  ports: TaskFlowPorts,
  event: Extract<RecordedDomainEvent, { type: 'QuestionAnswered' | 'DependencyDeclined' }>,
  id: string,
): Promise<void> {
  const to = event.type === 'QuestionAnswered' ? 'question' : 'dependency';
  const [asked] = await ports.store.readStream(streamOf(to, id), { limit: 1 });
  if (asked?.type !== 'QuestionAsked' && asked?.type !== 'DependencyRequested') return;
  if (isAboutHandOver(asked.meta)) return;
  const { taskId, instanceId } = asked.data;
  return toTask(ports, event, taskId, { type: 'NoteAnswer', instanceId, to, id });
}
