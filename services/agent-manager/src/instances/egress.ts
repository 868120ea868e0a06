import { EgressDone, type EgressOpen, subjects } from '@claude-codex/contracts';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import type { WorldInstance } from '../world/world.ts';
import type { Doors } from './ports.ts';

const CLOSE_MS = 5_000;
/** Many starts at once on a busy machine make it late; that is no reason to give one up. */
const OPEN_MS = 20_000;

/** Opens the instance's door in the egress service of this host; asking again changes nothing. */
export async function openEgress(
  parts: Omit<Doors, 'log'>,
  instance: WorldInstance,
  timeoutMs = OPEN_MS,
): Promise<void> {
  const { id, workspaceId, state } = instance;
  const request: EgressOpen = {
    instanceId: id,
    epoch: state.epoch,
    workspaceId,
    taskId: state.taskId,
    repositoryId: state.repositoryId,
    kind: state.kind,
    ...parts.runtime.places.door({ instanceId: id, epoch: state.epoch }),
  };
  await requestJson(parts.bus, subjects.egress(parts.settings.hostId).open, request, EgressDone, { timeoutMs });
}

/** The token of the epoch is worth nothing from here on. */
export async function closeEgress({ bus, log, settings }: Omit<Doors, 'runtime'>, instanceId: string, epoch: number) {
  try {
    await requestJson(bus, subjects.egress(settings.hostId).close, { instanceId, epoch }, EgressDone, {
      timeoutMs: CLOSE_MS,
    });
  } catch (error) {
    // Egress also closes a door by itself when a newer epoch opens one or the instance ends.
    log.warn({ err: error, instanceId, epoch }, 'the door of an ended agent could not be closed');
  }
}
