/** `AttemptCompleted` 1 → 2: checks ran in the agent's own checkout and home. */
export function withCheckPlace(data: unknown): unknown {
  const { evidence, ...rest } = data as { evidence: { check: object | null } };
  const check = evidence.check === null ? null : { ...evidence.check, where: 'agent' };
  return { ...rest, evidence: { ...evidence, check } };
}
