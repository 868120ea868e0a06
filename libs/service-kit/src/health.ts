import { subjects } from '@claude-codex/contracts/subjects';
import { z } from 'zod';
import type { Bus } from './bus.ts';
import { requestJson, serveJson } from './bus-json.ts';

/** What a part says about itself. `detail` is one sentence for a person, without addresses or secrets. */
export const HealthReport = z.object({ ok: z.boolean(), detail: z.string() });
export type HealthReport = z.infer<typeof HealthReport>;

/**
 * Answers health probes for `name` on `health.<name>`. A check that throws reports "not ok" with the error's message,
 * so that a broken part is shown as broken and not as absent. Of several with the same `queue` one answers. Returns a
 * function that stops answering.
 */
export function serveHealth(bus: Bus, name: string, check: Check, options?: { queue?: string }): () => void {
  return serveJson(bus, subjects.health(name), z.unknown(), () => answer(check), options);
}

/** The same for what a host has its own of: whoever works there asks for that one. */
export function serveHostHealth(bus: Bus, name: string, hostId: string, check: Check): () => void {
  return serveJson(bus, subjects.hostHealth(name, hostId), z.unknown(), () => answer(check));
}

type Check = () => Promise<HealthReport> | HealthReport;

async function answer(check: Check): Promise<HealthReport> {
  try {
    return await check();
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'the check failed' };
  }
}

/** Asks a part how it is. Throws `BusTimeout` and `BusNoResponder` like any request. */
export function askHealth(bus: Bus, name: string, options: { timeoutMs: number }): Promise<HealthReport> {
  return requestJson(bus, subjects.health(name), {}, HealthReport, options);
}

export function askHostHealth(
  bus: Bus,
  name: string,
  hostId: string,
  options: { timeoutMs: number },
): Promise<HealthReport> {
  return requestJson(bus, subjects.hostHealth(name, hostId), {}, HealthReport, options);
}
