import { type Actor, streamOf, systemActor } from '@claude-codex/contracts';
import { type InstanceCommand, instanceDecider } from '@claude-codex/domain';
import { type CommandMeta, DomainError, handleCommand } from '@claude-codex/eventing';
import type { WorldInstance } from '../world/world.ts';
import type { Recording } from './ports.ts';

const MANAGER = systemActor('agent-manager');

/** Who acts and for whom: the manager on behalf of the instance's person, or the instance itself. */
export function metaOf(instance: WorldInstance, actor: Actor = MANAGER): CommandMeta {
  const { causedBy, correlationId, lastEventId, workspaceId } = instance;
  return { actor, causedBy, correlationId, causationId: lastEventId, workspaceId };
}

export interface CommandOptions {
  /** Derived from what led to the command, so that doing it again does nothing. */
  readonly commandId: string;
  readonly actor?: Actor;
}

/**
 * Runs a command on an instance's stream and waits until the world has seen its events, so that what follows decides
 * on them. An instance that ended meanwhile refuses, which is an outcome: false. INSTANCE_FENCED is thrown: whoever gets
 * it must stop acting for that epoch.
 */
export async function commandInstance(
  parts: Recording,
  instance: WorldInstance,
  command: InstanceCommand,
  { commandId, actor }: CommandOptions,
): Promise<boolean> {
  try {
    const { position } = await handleCommand(parts.store, {
      commandId,
      meta: metaOf(instance, actor),
      stream: streamOf('instance', instance.id),
      decider: instanceDecider,
      command,
    });
    if (position !== null) await parts.followed.reached(position);
    return position !== null;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'INSTANCE_FENCED') throw error;
    parts.log.info({ instanceId: instance.id, command: command.type, code: error.code }, 'command no longer applies');
    return false;
  }
}
