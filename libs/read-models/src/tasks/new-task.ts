import { idOf, type PhaseView, type TaskView } from '@claude-codex/contracts';
import { NO_USAGE } from '@claude-codex/contracts/live/task-page';
import { stopsForPerson } from '@claude-codex/domain/task/gate';
import { type EventOf, personOf } from './facts.ts';
import { NO_STANDING } from './standing.ts';

/** A task as it is when it was just created. What is derived is filled in by `fillDerived`. */
export function newTask(event: EventOf<'TaskCreated'>): TaskView {
  const { data, meta, at } = event;
  const phaseDetails = data.workflow.phases.map(
    ({ name, title, kind, gate, attempts }): PhaseView => ({
      name,
      title,
      kind,
      gate: stopsForPerson(gate) ? 'person' : 'none',
      gateRules: gate,
      attemptsWanted: attempts,
      maxRounds: data.workflow.maxRounds,
      attempts: [],
      chosen: null,
      status: 'pending',
      round: 0,
      roundLimit: data.workflow.maxRounds,
      instanceId: null,
      reviewId: null,
      summary: null,
      startedAt: null,
      endedAt: null,
    }),
  );
  return {
    id: idOf(event.stream),
    workspaceId: meta.workspaceId,
    number: data.number,
    title: data.title,
    taskType: data.taskType,
    priority: data.priority,
    labels: data.labels,
    repositoryId: data.repositoryId,
    column: 'queued',
    state: 'draft',
    activity: '',
    instanceName: null,
    phases: [],
    nextAction: null,
    waitingItems: 0,
    origin: data.origin,
    published: null,
    standing: NO_STANDING,
    additions: 0,
    deletions: 0,
    costUsd: 0,
    createdBy: personOf(event) ?? meta.actor.id,
    createdAt: at,
    startedAt: null,
    endedAt: null,
    updatedAt: at,
    position: event.position,
    description: data.description,
    baseBranch: data.baseBranch,
    model: data.model,
    workflow: { name: data.workflow.name, title: data.workflow.title },
    currentPhase: null,
    phaseDetails,
    instances: [],
    questions: [],
    dependencies: [],
    reviews: [],
    threads: [],
    issueProposals: [],
    documents: [],
    changes: null,
    evidence: null,
    pullRequest: null,
    problem: null,
    held: null,
    usage: NO_USAGE,
  };
}
