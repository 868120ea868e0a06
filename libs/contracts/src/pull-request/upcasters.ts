/** `PullRequestChecked` 1 → 2: which checks failed was known, and not why. */
export function withReports(data: unknown): unknown {
  const { checks, ...rest } = data as { checks: object[] };
  return { ...rest, checks: checks.map((check) => ({ ...check, report: null })) };
}

/** `PullRequestReviewed` 2 → 3: what was said of lines there was no thread here. */
export function withoutThreads(data: unknown): unknown {
  const { comments, ...rest } = data as { comments: object[] };
  return { ...rest, comments: comments.map((comment) => ({ ...comment, threadId: null })) };
}
