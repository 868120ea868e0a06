import type { NewEvent } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit';
import { newId, systemClock } from '@claude-codex/service-kit';
import { costOf } from '../model-proxy/prices.ts';
import type { DoorIdentity, UsageRecorder } from '../ports.ts';

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10_000;
/** About five minutes of trying; a store that is gone for longer has lost more than this. */
const ATTEMPTS = 35;
/** Claude Code asks again while it is limited; one event per limit says it all. */
const SAME_LIMIT_MS = 60_000;

/** Usage as events on `usage-<instanceId>`. Written in the background, tried again while the store is away. */
export function createEventUsage(options: { store: EventStore; log: Logger }): UsageRecorder {
  const { store, log } = options;
  const pending = new Set<Promise<void>>();
  const lastLimit = new Map<string, { resetsAt: string | null; at: number }>();
  const stopping = new AbortController();

  function record(door: DoorIdentity, event: NewEvent): void {
    const writing = write(door, event, newId()).finally(() => pending.delete(writing));
    pending.add(writing);
  }

  async function write(door: DoorIdentity, event: NewEvent, commandId: string): Promise<void> {
    const { instanceId, taskId, workspaceId } = door;
    const actor = { kind: 'instance' as const, id: instanceId };
    const request = {
      commandId,
      meta: { actor, causedBy: null, correlationId: taskId, causationId: null, workspaceId },
      writes: [{ stream: streamOf('usage', instanceId), expectedVersion: 'any' as const, events: [event] }],
    };
    for (let attempt = 1, wait = FIRST_RETRY_MS; ; attempt += 1, wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        await store.append(request);
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || stopping.signal.aborted) {
          log.error({ err: error, instanceId, event: event.type, data: event.data }, 'usage could not be stored');
          return;
        }
        await systemClock.sleep(wait, stopping.signal);
      }
    }
  }

  return {
    callSettled(door, call) {
      const { cacheWriteLongTokens: _priced, ...tokens } = call.usage;
      const costUsd = costOf(call.model, call.usage, new Date());
      const { instanceId, taskId } = door;
      const { model, status, durationMs } = call;
      const data = { instanceId, taskId, model, status, ...tokens, costUsd, durationMs };
      record(door, { type: 'ModelCallSettled', data });
    },
    rateLimitHit(door, limit) {
      const { instanceId, taskId } = door;
      const last = lastLimit.get(instanceId);
      const now = Date.now();
      if (last !== undefined && now - last.at < SAME_LIMIT_MS && isSameLimit(last.resetsAt, limit.resetsAt)) return;
      lastLimit.set(instanceId, { resetsAt: limit.resetsAt, at: now });
      record(door, { type: 'RateLimitHit', data: { instanceId, taskId, ...limit } });
    },
    async flush() {
      stopping.abort();
      await Promise.all(pending);
    },
  };
}

/** `retry-after` counts from now, so the same limit moves by the time between two calls. */
function isSameLimit(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(Date.parse(a) - Date.parse(b)) < SAME_LIMIT_MS;
}
