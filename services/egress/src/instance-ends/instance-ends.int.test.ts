import type { DomainEvent } from '@claude-codex/contracts';
import { EgressDoors, streamOf, subjects } from '@claude-codex/contracts';
import { newId, requestJson } from '@claude-codex/service-kit';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Egress } from '../egress.fixture.ts';
import { startEgress } from '../egress.fixture.ts';

let egress: Egress;

beforeEach(async () => {
  egress = await startEgress({ endGraceMs: 50 });
});

afterEach(() => egress.stop());

async function openDoors(): Promise<number> {
  return (await requestJson(egress.bus, subjects.egress('host').list, null, EgressDoors, { timeoutMs: 1000 })).doors
    .length;
}

async function record(instanceId: string, event: DomainEvent): Promise<void> {
  await egress.store.append({
    commandId: newId(),
    meta: {
      actor: { kind: 'system', id: 'test' },
      causedBy: null,
      correlationId: 'c',
      causationId: null,
      workspaceId: newId(),
    },
    writes: [{ stream: streamOf('instance', instanceId), expectedVersion: 'any', events: [event] }],
  });
}

describe('the door of an instance that ended', () => {
  it('closes without anybody asking for it; those of others stay open', async () => {
    const { instanceId } = await egress.open();
    await record(newId(), { type: 'InstanceCompleted', data: {} });
    await record(instanceId, { type: 'InstancePaused', data: {} });
    expect(await openDoors()).toBe(1);
    await record(instanceId, { type: 'InstanceStopped', data: { reason: 'cancelled' } });
    await waitFor('the door to close', async () => (await openDoors()) === 0);
  });

  it('closes when it goes on in a newer epoch, which may have its door on another host', async () => {
    const { instanceId, epoch } = await egress.open();
    const start = { managerId: 'elsewhere', runtime: 'docker' as const, resumeSessionId: null };
    await record(instanceId, { type: 'InstanceStarting', data: { epoch, ...start } });
    expect(await openDoors()).toBe(1);
    await record(instanceId, { type: 'InstanceStarting', data: { epoch: epoch + 1, ...start } });
    await waitFor('the door to close', async () => (await openDoors()) === 0);
  });

  it('closes too when it ended while egress was down', async () => {
    const { instanceId } = await egress.open();
    await egress.app.stop();
    await record(instanceId, { type: 'InstanceFailed', data: { code: 'X', detail: '' } });
    const next = egress.another();
    await next.start();
    expect(await openDoors()).toBe(1);
    await waitFor('the door to close', async () => (await openDoors()) === 0);
    await next.stop();
  });
});
