import type { RecordedDomainEvent } from '@claude-codex/contracts/events';

export interface WordsToAgent {
  /** What people wrote to it and did not take back. `waits`: it has not got it. */
  readonly messages: readonly { readonly position: number; readonly text: string; readonly waits: boolean }[];
  /** Reviews whose words are on their way to it. */
  readonly waitingReviews: ReadonlySet<string>;
}

/** What an agent was sent, read off its stream. */
export function wordsToAgent(events: readonly RecordedDomainEvent[]): WordsToAgent {
  const delivered = new Set<string>();
  const takenBack = new Set<string>();
  const sent: { position: number; text: string; messageId: string }[] = [];
  const reviews = new Map<string, string>();
  for (const { type, data, meta, position } of events) {
    if (type === 'MessageDelivered') delivered.add(data.messageId);
    if (type === 'MessageCancelled') takenBack.add(data.messageId);
    if (type === 'FeedbackSent') reviews.set(data.messageId, data.reviewId);
    if (type === 'MessageSent' && meta.actor.kind === 'person') sent.push({ position, ...data });
  }
  return {
    messages: sent
      .filter(({ messageId }) => !takenBack.has(messageId))
      .map(({ position, text, messageId }) => ({ position, text, waits: !delivered.has(messageId) })),
    waitingReviews: new Set([...reviews].flatMap(([messageId, id]) => (delivered.has(messageId) ? [] : [id]))),
  };
}
