import type { WorkerCommand } from '@claude-codex/contracts';
import type { Runtime, RuntimeSpec } from './runtime.ts';

export function startCommand(spec: RuntimeSpec, runtime: Runtime): WorkerCommand {
  return {
    type: 'start',
    id: 'start',
    instanceId: spec.instanceId,
    instanceName: 'work-1-a1',
    epoch: spec.epoch,
    kind: 'coding',
    paths: runtime.paths(spec),
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
