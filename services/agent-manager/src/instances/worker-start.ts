import type { WorkerStart } from '@claude-codex/contracts';
import { approvedDocuments, phasePrompt, promptOf, saidBefore } from '@claude-codex/domain';
import type { CheckoutRecord } from '../checkouts/checkout-record.ts';
import type { AgentManagerSettings } from '../config.ts';
import { readDocuments, resumePrompt, systemPrompt, type Told, withDocuments } from '../prompts/index.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { WorldInstance } from '../world/world.ts';
import { readerOf, toldBy } from './deliver.ts';
import type { OpeningValues, Telling } from './ports.ts';
import { isAway, openSecret } from './secrets.ts';

/** To put together the first command of a worker. */
export type WorkerStarting = Telling & {
  readonly runtime: Pick<Runtime, 'orphanTimeoutMs'>;
  readonly settings: Pick<AgentManagerSettings, 'defaultModel'>;
};

type Prompt = Pick<WorkerStart, 'prompt' | 'promptId' | 'documents'>;

/** One that is started now is of this release. */
const NEW_SUPERVISOR = { putsDocuments: true };

/** The first command of an epoch: what the agent works with, what it is told, and where it goes on. */
export async function workerStart(
  parts: WorkerStarting,
  instance: WorldInstance,
  checkout: CheckoutRecord,
  resumeSessionId: string | null,
): Promise<WorkerStart> {
  const { id, state } = instance;
  const repository = parts.world.repositories.get(state.repositoryId);
  const checkCommand = repository?.checkCommand ?? null;
  return {
    type: 'start',
    id: `start-${state.epoch}`,
    instanceId: id,
    instanceName: state.name,
    epoch: state.epoch,
    kind: state.kind,
    paths: parts.runtime.places.paths({ instanceId: id, epoch: state.epoch }),
    ...(await promptFor(parts, instance, resumeSessionId)),
    systemPrompt: systemPrompt({ ...state, instanceName: state.name, checkCommand }),
    model: state.model ?? parts.settings.defaultModel,
    resumeSessionId,
    secrets: await secretsFor(parts, instance),
    env: {},
    branch: checkout.branch,
    baseSha: checkout.baseSha,
    maxBudgetUsd: null,
    orphanTimeoutMs: parts.runtime.orphanTimeoutMs,
    // The runtime is the boundary; asking for each command would only teach people to click.
    permissions: { mode: 'allow_all', allowTools: [] },
  };
}

/**
 * A new session gets its phase. A continued one goes on where it was cut; one that had handed over gets the message
 * that woke it, as if it had never been away.
 */
async function promptFor(parts: Telling, instance: WorldInstance, resumeSessionId: string | null): Promise<Prompt> {
  const phase = parts.world.openPhase(instance);
  if (resumeSessionId !== null) {
    if (instance.handedOver && instance.state.pending.length > 0) return firstMessage(parts, instance);
    const reason = instance.loss?.reason ?? 'the agent was moved';
    const open = phase === null ? null : { name: phase.definition.name, round: phase.round };
    return { prompt: resumePrompt({ reason, phase: instance.submission === null ? open : null, messages: [] }) };
  }
  const { taskId } = instance.state;
  const task = parts.world.tasks.get(taskId);
  if (task === undefined || phase === null) return firstMessage(parts, instance);
  const before = await saidBefore(parts.store, { taskId, phase: phase.definition.name, instanceId: instance.id });
  const documents = [...(await approvedDocuments(parts.store, task)), ...before.documents];
  const text = phasePrompt(promptOf(task, phase, { round: phase.round, said: before.said }));
  return asPrompt(
    withDocuments(text, await readDocuments(parts, documents), readerOf(parts, instance, NEW_SUPERVISOR)),
  );
}

async function firstMessage(parts: Telling, instance: WorldInstance): Promise<Prompt> {
  const [first] = instance.state.pending;
  if (first === undefined) return { prompt: 'Wait for a message.' };
  const told = await toldBy(parts, first, readerOf(parts, instance, NEW_SUPERVISOR));
  return { ...asPrompt(told), promptId: first.messageId };
}

function asPrompt({ text, documents }: Told): Prompt {
  return { prompt: text, documents };
}

/**
 * What a person gave and the agent may use. One that is refused is left out, and the agent asks for it.
 * @throws BusTimeout, BusNoResponder when whoever opens values is away: an agent that began without them would ask a
 * person for what they have given already.
 */
export async function secretsFor(parts: OpeningValues, instance: WorldInstance): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {};
  for (const dependency of parts.world.dependenciesFor(instance)) {
    const { id, state } = dependency;
    if (state.status !== 'provided') continue;
    try {
      const secret = await openSecret(parts, instance, dependency, state.secretId);
      if (secret !== null) secrets[secret.name] = secret.value;
    } catch (error) {
      if (isAway(error)) throw error;
      parts.log.warn({ err: error, instanceId: instance.id, dependencyId: id }, 'a value could not be opened');
    }
  }
  return secrets;
}
