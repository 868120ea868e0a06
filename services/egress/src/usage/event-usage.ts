import type { NewEvent } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts';
import { taskDecider } from '@claude-codex/domain/task/index';
import { DomainError, type EventStore, handleCommand } from '@claude-codex/eventing';
import type { Logger } from '@claude-codex/service-kit';
import { newId, systemClock } from '@claude-codex/service-kit';
import { costOf } from '../model-proxy/prices.ts';
import type { ProviderFault } from '../model-proxy/provider-fault.ts';
import type { DoorIdentity, UsageRecorder } from '../ports.ts';
import { createFaultMemory } from './fault-memory.ts';

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
  const faults = createFaultMemory(systemClock);
  const stopping = new AbortController();

  function record(door: DoorIdentity, event: NewEvent): void {
    const { instanceId } = door;
    const writes = [{ stream: streamOf('usage', instanceId), expectedVersion: 'any' as const, events: [event] }];
    const request = { commandId: newId(), meta: metaOf(door), writes };
    inBackground(door, event, () => store.append(request));
  }

  /** A task that its people must know to wait; what ended meanwhile refuses, which is fine. */
  function holdBack(door: DoorIdentity, fault: ProviderFault): void {
    const { cause, detail, needsPerson } = fault;
    const command = { type: 'HoldTaskBack' as const, cause, detail, needsPerson };
    const stream = streamOf('task', door.taskId);
    const [commandId, meta] = [newId(), metaOf(door)];
    inBackground(door, { type: command.type, data: fault }, () =>
      handleCommand(store, { commandId, meta, stream, decider: taskDecider, command }).catch((error: unknown) => {
        if (!(error instanceof DomainError)) throw error;
      }),
    );
  }

  function inBackground(door: DoorIdentity, what: NewEvent, write: () => Promise<unknown>): void {
    const writing = persistently(door, what, write).finally(() => pending.delete(writing));
    pending.add(writing);
  }

  async function persistently(
    { instanceId }: DoorIdentity,
    what: NewEvent,
    write: () => Promise<unknown>,
  ): Promise<void> {
    for (let attempt = 1, wait = FIRST_RETRY_MS; ; attempt += 1, wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      try {
        await write();
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || stopping.signal.aborted) {
          log.error({ err: error, instanceId, event: what.type, data: what.data }, 'usage could not be stored');
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
      const { model, status, durationMs, subAgentId } = call;
      const whose = subAgentId === null ? {} : { subAgentId };
      const data = { instanceId, taskId, model, status, ...tokens, costUsd, durationMs, ...whose };
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
    providerFailed(door, fault) {
      const news = faults.failed(door.instanceId, fault);
      if (news !== null) holdBack(door, news);
    },
    providerAnswered: (door) => faults.answered(door.instanceId),
    async flush() {
      stopping.abort();
      await Promise.all(pending);
    },
  };
}

function metaOf({ instanceId, taskId, workspaceId }: DoorIdentity) {
  const actor = { kind: 'instance' as const, id: instanceId };
  return { actor, causedBy: null, correlationId: taskId, causationId: null, workspaceId };
}

/** `retry-after` counts from now, so the same limit moves by the time between two calls. */
function isSameLimit(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(Date.parse(a) - Date.parse(b)) < SAME_LIMIT_MS;
}
