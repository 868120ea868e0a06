/** Where words are typed, by what they belong to. */
export const places = {
  message: (taskId: string) => `message:${taskId}`,
  /** What goes along with a decision on a review: the reason of a rejection, what should be different. */
  decision: (reviewId: string) => `decision:${reviewId}`,
  document: (reviewId: string, path: string) => `document:${reviewId}:${path}`,
  comment: (reviewId: string, at: { path: string; side: string; startLine: number; endLine: number }): string =>
    `${places.commentsOf(reviewId)}${at.path}:${at.side}:${at.startLine}-${at.endLine}`,
  /** What the places of all comments on a review begin with. */
  commentsOf: (reviewId: string) => `comment:${reviewId}:`,
  editedComment: (reviewId: string, commentId: string) => `edit:${reviewId}:${commentId}`,
  reply: (threadId: string) => `reply:${threadId}`,
  answer: (questionId: string) => `answer:${questionId}`,
  /** What should be different about approved work. */
  sendBack: (taskId: string) => `back:${taskId}`,
  decline: (dependencyId: string) => `decline:${dependencyId}`,
} as const;

/** What places of a review begin with: on its lines, in its documents, along with its decision. */
export function placesOfReview(reviewId: string): string[] {
  return [places.decision(reviewId), ...besideTheDecision(reviewId)];
}

/** Those whose words no decision carries: they are stored by a button of their own. */
export function besideTheDecision(reviewId: string): string[] {
  return ['comment', 'edit', 'document'].map((kind) => `${kind}:${reviewId}:`);
}
