import type { WorldInstance } from '../world/world.ts';
import { commandInstance } from './commands.ts';
import type { Deciding } from './ports.ts';

export interface Reminder {
  /** Derived from what led to it, so that it is sent once. */
  readonly messageId: string;
  readonly text: string;
  /** Why the instance ends when it was reminded often enough in this round. */
  readonly failure: { readonly code: string; readonly detail: string };
}

/**
 * The one way in which a manager speaks to an agent by itself. All of it counts against one bound of the phase and round
 * (`MAX_REMINDERS`), after which the instance fails and a person has to look.
 */
export async function remind(parts: Deciding, instance: WorldInstance, reminder: Reminder): Promise<void> {
  const open = parts.world.openPhase(instance);
  if (open === null) return;
  const { messageId, text, failure } = reminder;
  const about = { phase: open.definition.name, round: open.round };
  const command = { type: 'RemindAgent' as const, messageId, text, ...about, failure };
  await commandInstance(parts, instance, command, { commandId: `send:${messageId}` });
}
