import type { PhaseDefinition, WorkflowDefinition } from '@claude-codex/contracts/task/workflow';

const plan: PhaseDefinition = {
  name: 'plan',
  title: 'Plan',
  kind: 'planning',
  instructions:
    'Read the repository until you understand what the task needs. Then write PLAN.md: the goal in one paragraph, what ' +
    'you found, the steps with the files each one touches, how it will be tested, and what could go wrong. Change no other file.',
  deliverables: ['PLAN.md'],
  attempts: 1,
  gate: [{ by: 'person', needed: 1 }],
  requiresChanges: false,
};

const design: PhaseDefinition = {
  name: 'design',
  title: 'Design',
  kind: 'planning',
  instructions:
    'Turn the approved plan into DESIGN.md: the interfaces and data that change, with their names and shapes, and one ' +
    'example of use. Keep to the plan as it was approved. Change no other file.',
  deliverables: ['DESIGN.md'],
  attempts: 1,
  gate: [],
  requiresChanges: false,
};

const develop: PhaseDefinition = {
  name: 'develop',
  title: 'Develop',
  kind: 'coding',
  instructions:
    'Implement the task following the approved documents. Keep changes small and readable, add or adapt tests, run them, ' +
    'and commit with messages that say why. Ask when a decision is not yours to take.',
  deliverables: [],
  attempts: 1,
  gate: [{ by: 'person', needed: 1 }],
  requiresChanges: true,
};

/** The workflows every workspace starts with. */
export const BUILT_IN_WORKFLOWS: readonly WorkflowDefinition[] = [
  {
    name: 'plan-design-develop',
    title: 'Plan, design, develop',
    description:
      'A planning agent writes a plan you approve and a design from it; a coding agent implements it for your review.',
    phases: [plan, design, develop],
    maxRounds: 3,
  },
  {
    name: 'develop',
    title: 'Develop',
    description: 'A coding agent implements the task; you review the change.',
    phases: [develop],
    maxRounds: 3,
  },
  {
    name: 'plan-only',
    title: 'Plan only',
    description: 'A planning agent writes a plan for you to approve; nothing is changed.',
    phases: [plan],
    maxRounds: 3,
  },
];

export function makesChanges({ phases }: WorkflowDefinition): boolean {
  return phases.some(({ requiresChanges }) => requiresChanges);
}

/** So many agents try to make its change; the plan before it is one agent's. */
export function withParallelAttempts(workflow: WorkflowDefinition, attempts: number): WorkflowDefinition {
  const phases = workflow.phases.map((phase) => (phase.requiresChanges ? { ...phase, attempts } : phase));
  return { ...workflow, phases };
}

export function workflowNamed(name: string): WorkflowDefinition | null {
  return BUILT_IN_WORKFLOWS.find((workflow) => workflow.name === name) ?? null;
}
