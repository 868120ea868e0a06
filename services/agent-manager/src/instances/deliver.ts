import { streamOf } from '@claude-codex/contracts';
import { dependencyDecider, type PendingMessage } from '@claude-codex/domain';
import { DomainError, handleCommand } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { type Reader, readDocuments, type Told, withDocuments } from '../prompts/index.ts';
import type { WorldDependency, WorldInstance } from '../world/world.ts';
import { commandInstance, metaOf } from './commands.ts';
import type { OpeningValues, Recording, Telling } from './ports.ts';
import { type RunState, sendOnce } from './run-state.ts';
import { openSecret } from './secrets.ts';

/** Sends what waits, oldest first. The supervisor's acknowledgement, seen in the journal, marks it delivered. */
export async function deliverMessages(parts: Telling, run: RunState, instance: WorldInstance): Promise<void> {
  // The first prompt may be one of them: before it was seen, sending could say it twice.
  if (!run.prompted) return;
  for (const message of instance.state.pending) {
    const { messageId, interrupt } = message;
    if (run.sent.has(messageId)) continue;
    const told = await toldBy(parts, message, readerOf(parts, instance, run));
    await sendOnce(run, { type: 'message', id: messageId, interrupt, ...told });
  }
}

/** A message as its agent reads it: the documents it brings along are in the blob store, not in the log. */
export async function toldBy(
  parts: Pick<Telling, 'blobs'>,
  { text, documents }: PendingMessage,
  reader: Reader,
): Promise<Told> {
  return withDocuments(text, await readDocuments(parts, documents), reader);
}

/** An agent as a reader of documents. */
export function readerOf(
  parts: Pick<Telling, 'runtime' | 'world'>,
  instance: WorldInstance,
  { putsDocuments }: Pick<RunState, 'putsDocuments'>,
): Reader {
  const { home } = parts.runtime.places.paths({ instanceId: instance.id, epoch: instance.state.epoch });
  return { phase: parts.world.openPhase(instance)?.definition ?? null, home, putsDocuments };
}

/**
 * Hands provided values to the running agent and says so in an event; a declined request is settled the same way. What
 * was asked for by text has no tool call waiting, so the outcome is told by a message.
 */
export async function deliverDependencies(parts: OpeningValues, run: RunState, instance: WorldInstance): Promise<void> {
  for (const dependency of parts.world.dependenciesFor(instance)) {
    const { state } = dependency;
    if (state.requested.instanceId !== instance.id || state.status === 'open' || state.delivered) continue;
    if (state.status === 'provided' && !(await setSecret(parts, run, instance, dependency, state.secretId))) continue;
    await settled(parts, run, instance, dependency);
  }
}

/** True once the supervisor has acknowledged it. */
async function setSecret(
  parts: OpeningValues,
  run: RunState,
  instance: WorldInstance,
  dependency: WorldDependency,
  secretId: string,
) {
  const id = idFrom('secret', dependency.id, run.epoch);
  if (run.acks.get(id)?.ok === true) return true;
  if (run.sent.has(id)) return false;
  const secret = await openSecret(parts, instance, dependency, secretId);
  if (secret !== null) await sendOnce(run, { type: 'set_secret', id, ...secret });
  return false;
}

async function settled(
  parts: Recording,
  run: RunState,
  instance: WorldInstance,
  dependency: WorldDependency,
): Promise<void> {
  const { id, state, byText } = dependency;
  if (byText && state.status !== 'open') {
    const { name } = state.requested;
    const text =
      state.status === 'provided'
        ? `${name} was provided: it is set in the environment of your next commands.`
        : `${name} was declined. ${state.reason}`.trim();
    const messageId = idFrom('dependency-told', id);
    await commandInstance(
      parts,
      instance,
      { type: 'SendMessage', messageId, text, interrupt: false },
      { commandId: `send:${messageId}` },
    );
  }
  try {
    const { position } = await handleCommand(parts.store, {
      commandId: idFrom('dependency-delivered', id, run.epoch),
      meta: metaOf(instance),
      stream: streamOf('dependency', id),
      decider: dependencyDecider,
      command: { type: 'MarkDependencyDelivered', epoch: run.epoch },
    });
    if (position !== null) await parts.followed.reached(position);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    parts.log.info({ dependencyId: id, code: error.code }, 'delivery no longer applies');
  }
}
