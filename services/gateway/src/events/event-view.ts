import type { EventView, RecordedDomainEvent, RecordedEvent } from '@claude-codex/contracts';
import { sentenceOf } from './sentences.ts';

/** An event with the sentence a person reads. */
export function eventViewOf(event: RecordedEvent): EventView {
  return { ...event, sentence: sentenceOf(event as RecordedDomainEvent) };
}
