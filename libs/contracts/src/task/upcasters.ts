/** `AttemptCompleted` 1 → 2: checks ran in the agent's own checkout and home. */
export function withCheckPlace(data: unknown): unknown {
  const { evidence, ...rest } = data as { evidence: { check: object | null } };
  const check = evidence.check === null ? null : { ...evidence.check, where: 'agent' };
  return { ...rest, evidence: { ...evidence, check } };
}

/** `TaskCreated` 1 → 2: a phase had one attempt, and at its gate one person or nobody. */
export function withGateRules(data: unknown): unknown {
  const { workflow, ...rest } = data as { workflow: { phases: { gate: 'person' | 'none' }[] } };
  const phases = workflow.phases.map((phase) => ({
    ...phase,
    attempts: 1,
    gate: phase.gate === 'person' ? ONE_PERSON : [],
  }));
  return { ...rest, workflow: { ...workflow, phases } };
}

/** What a review needed in earlier releases. */
export const ONE_PERSON = [{ by: 'person', needed: 1 }];
