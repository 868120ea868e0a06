import { streamOf } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import type { EventStore } from '@claude-codex/eventing';
import type { InstanceIdentity, Logger } from '@claude-codex/service-kit';
import { newId } from '@claude-codex/service-kit';
import type { LiveInstance } from './instances.ts';

/** Whose call of what. */
export interface CallMade {
  readonly identity: Pick<InstanceIdentity, 'instanceId' | 'taskId'>;
  readonly instance: Pick<LiveInstance, 'meta'>;
  readonly name: string;
}

export interface ToolRecord {
  /** Notes how a call ended; the code of its refusal, or null. */
  add(call: CallMade, code: string | null): void;
  /** When everything noted is written, or was given up. */
  idle(): Promise<void>;
}

/**
 * Every call leaves a trace in the log. An agent does not wait for it: what its tool did is recorded by the tool itself,
 * and a trace that cannot be written undoes nothing.
 */
export function createToolRecord({ store, log }: { store: EventStore; log: Logger }): ToolRecord {
  const underWay = new Set<Promise<void>>();

  async function write(call: CallMade, code: string | null): Promise<void> {
    const { instanceId, taskId } = call.identity;
    const data = { instanceId, taskId, tool: cutText(call.name, 100), ok: code === null, code };
    try {
      await store.append({
        commandId: newId(),
        meta: call.instance.meta,
        writes: [
          { stream: streamOf('tools', instanceId), expectedVersion: 'any', events: [{ type: 'ToolCalled', data }] },
        ],
      });
    } catch (error) {
      log.error({ err: error, ...data }, 'tool call could not be recorded');
    }
  }

  return {
    add(call, code) {
      const writing = write(call, code);
      underWay.add(writing);
      void writing.finally(() => underWay.delete(writing));
    },
    async idle() {
      await Promise.all(underWay);
    },
  };
}
