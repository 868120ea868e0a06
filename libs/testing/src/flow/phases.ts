import type { ChangeSet, Deliverable, GateRule, PhaseDefinition, WorkflowDefinition } from '@claude-codex/contracts';
import { type SimTask, sha, type World } from './world.ts';

const PERSON: GateRule = { by: 'person', needed: 1 };
const TWO_PEOPLE: GateRule = { by: 'person', needed: 2 };
const AGENT: GateRule = { by: 'agent', needed: 1 };
const CHECK: GateRule = { by: 'check', needed: 1 };

/** Three phases in a row; how many try each and what it has to pass differs from task to task. */
export function workflowFor(world: World): WorkflowDefinition {
  const attempts = [1, 1, 1, 2, 3];
  return {
    name: 'plan-design-develop',
    title: 'Plan, design, develop',
    description: 'A plan, a design, a change.',
    phases: [
      {
        ...planning('plan', 'Plan', 'PLAN.md'),
        attempts: world.pick(attempts),
        gate: world.pick([[PERSON], [TWO_PEOPLE]]),
      },
      { ...planning('design', 'Design', 'DESIGN.md'), attempts: world.pick(attempts), gate: [] },
      {
        ...{ name: 'develop', title: 'Develop', kind: 'coding', instructions: 'Do the develop.', deliverables: [] },
        attempts: world.pick([...attempts, 8]),
        gate: world.pick([[PERSON], [PERSON], [TWO_PEOPLE], [PERSON, CHECK], [PERSON, AGENT]]),
        requiresChanges: true,
      },
    ],
    maxRounds: 3,
  };
}

function planning(name: string, title: string, deliverable: string): Omit<PhaseDefinition, 'attempts' | 'gate'> {
  const what = { kind: 'planning' as const, deliverables: [deliverable], requiresChanges: false };
  return { name, title, instructions: `Do the ${name}.`, ...what };
}

export function phaseOf({ phase, workflow }: SimTask): PhaseDefinition {
  const definition = workflow.phases[phase];
  if (definition === undefined) throw new Error('all phases are done');
  return definition;
}

export function isLastPhase({ phase, workflow }: SimTask): boolean {
  return phase === workflow.phases.length - 1;
}

export function deliverablesOf(task: SimTask, revision: string): Deliverable[] {
  return phaseOf(task).deliverables.map((path) => document(path, `${task.id}-${task.round}-${revision}`));
}

export function document(path: string, content: string): Deliverable {
  return { path, blobId: sha(content), bytes: content.length, sha256: sha(content) };
}

export function changesOf(world: World, task: SimTask, branch: string): ChangeSet | null {
  if (!phaseOf(task).requiresChanges) return null;
  const headSha = sha(`${branch}-${task.id}-${task.round}`, 40);
  return {
    branch,
    baseSha: sha('base', 40),
    headSha,
    previousHeadSha: task.round > 1 ? sha(`${branch}-${task.id}-${task.round - 1}`, 40) : null,
    commits: [{ sha: headSha, subject: 'Greet by name', authoredAt: '2026-11-20T09:00:00.000Z' }],
    filesChanged: 1 + world.choose(9),
    additions: world.choose(300),
    deletions: world.choose(100),
    diffBlobId: sha(`diff-${headSha}`),
    interdiffBlobId: task.round > 1 ? sha(`interdiff-${headSha}`) : null,
  };
}
