import { RememberedValueAnswer, type RememberedValueRequest } from '@claude-codex/contracts';
import { subjects } from '@claude-codex/contracts/subjects';
import { type Bus, BusNoResponder, BusTimeout } from '../bus.ts';
import { requestJson } from '../bus-json.ts';

const TIMEOUT_MS = 2_000;

/**
 * What was remembered for the name an agent asks for, in its repository first, then in its workspace. Null when there is
 * nothing, and when whoever knows is away: a person is asked then, as before.
 */
export async function rememberedValue(bus: Bus, request: RememberedValueRequest): Promise<RememberedValueAnswer> {
  try {
    const { remembered } = subjects.secrets;
    return await requestJson(bus, remembered, request, RememberedValueAnswer, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (error instanceof BusNoResponder || error instanceof BusTimeout) return null;
    throw error;
  }
}
