/** Where words are typed, by what they belong to. */
export const places = {
  message: (taskId: string) => `message:${taskId}`,
  /** What goes along with a decision on a review: the reason of a rejection, what should be different. */
  decision: (reviewId: string) => `decision:${reviewId}`,
  document: (reviewId: string, path: string) => `document:${reviewId}:${path}`,
  comment: (reviewId: string, at: { path: string; side: string; startLine: number; endLine: number }) =>
    `comment:${reviewId}:${at.path}:${at.side}:${at.startLine}-${at.endLine}`,
  editedComment: (commentId: string) => `edit:${commentId}`,
  answer: (questionId: string) => `answer:${questionId}`,
  decline: (dependencyId: string) => `decline:${dependencyId}`,
} as const;
