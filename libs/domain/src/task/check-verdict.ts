import type { ChangeSet, Evidence } from '@claude-codex/contracts/task/events';
import type { CheckVerdict } from '@claude-codex/contracts/task/phase';

/** What the check says about handed-over work; null when there is nothing to check. */
export function checkVerdict(changes: ChangeSet | null, evidence: Evidence | null): CheckVerdict | null {
  const check = evidence?.check ?? null;
  if (check === null) return changes === null ? null : 'not_run';
  return check.exitCode === 0 && !check.timedOut ? 'passed' : 'failed';
}
