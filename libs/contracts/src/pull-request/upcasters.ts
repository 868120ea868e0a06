/** `PullRequestChecked` 1 → 2: which checks failed was known, and not why. */
export function withReports(data: unknown): unknown {
  const { checks, ...rest } = data as { checks: object[] };
  return { ...rest, checks: checks.map((check) => ({ ...check, report: null })) };
}
