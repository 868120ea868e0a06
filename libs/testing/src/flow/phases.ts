import type { ChangeSet, Deliverable, PhaseDefinition, WorkflowDefinition } from '@claude-codex/contracts';
import { type SimTask, sha, type World } from './world.ts';

const PHASES: readonly PhaseDefinition[] = [
  phase('plan', 'Plan', 'planning', [{ by: 'person', needed: 1 }], ['PLAN.md']),
  phase('design', 'Design', 'planning', [], ['DESIGN.md']),
  phase('develop', 'Develop', 'coding', [{ by: 'person', needed: 1 }], []),
];

function phase(
  name: string,
  title: string,
  kind: PhaseDefinition['kind'],
  gate: PhaseDefinition['gate'],
  deliverables: string[],
): PhaseDefinition {
  return {
    name,
    title,
    kind,
    instructions: `Do the ${name}.`,
    deliverables,
    attempts: 1,
    gate,
    requiresChanges: kind === 'coding',
  };
}

export const WORKFLOW: WorkflowDefinition = {
  name: 'plan-design-develop',
  title: 'Plan, design, develop',
  description: 'A plan, a design, a change.',
  phases: [...PHASES],
  maxRounds: 3,
};

export function phaseOf(task: SimTask): PhaseDefinition {
  const definition = PHASES[task.phase];
  if (definition === undefined) throw new Error('all phases are done');
  return definition;
}

export function isLastPhase(task: SimTask): boolean {
  return task.phase === PHASES.length - 1;
}

export function deliverablesOf(task: SimTask, revision: string): Deliverable[] {
  return phaseOf(task).deliverables.map((path) => document(path, `${task.id}-${task.round}-${revision}`));
}

export function document(path: string, content: string): Deliverable {
  return { path, blobId: sha(content), bytes: content.length, sha256: sha(content) };
}

export function changesOf(world: World, task: SimTask, branch: string): ChangeSet | null {
  if (!phaseOf(task).requiresChanges) return null;
  const headSha = sha(`${task.id}-${task.round}`, 40);
  return {
    branch,
    baseSha: sha('base', 40),
    headSha,
    previousHeadSha: task.round > 1 ? sha(`${task.id}-${task.round - 1}`, 40) : null,
    commits: [{ sha: headSha, subject: 'Greet by name', authoredAt: '2026-11-20T09:00:00.000Z' }],
    filesChanged: 1 + world.choose(9),
    additions: world.choose(300),
    deletions: world.choose(100),
    diffBlobId: sha(`diff-${headSha}`),
    interdiffBlobId: task.round > 1 ? sha(`interdiff-${headSha}`) : null,
  };
}
