import type { WorkerCommand } from '@claude-codex/contracts';
import type { WorkerId } from './places.ts';
import type { Runtime } from './runtime.ts';

export function startCommand(worker: WorkerId, runtime: Runtime): WorkerCommand {
  return {
    type: 'start',
    id: 'start',
    instanceId: worker.instanceId,
    instanceName: 'work-1-a1',
    epoch: worker.epoch,
    kind: 'coding',
    paths: runtime.places.paths(worker),
    prompt: 'Go.',
    systemPrompt: '',
    model: null,
    resumeSessionId: null,
    secrets: {},
    env: {},
    branch: 'codex/1-a1',
    baseSha: '0'.repeat(40),
    maxBudgetUsd: null,
    orphanTimeoutMs: null,
    permissions: { mode: 'allow_all', allowTools: [] },
  };
}
