import type { EventView, RecordedDomainEvent } from '@claude-codex/contracts';
import { sentenceOf } from './sentences.ts';

/** An event with the sentence a person reads. */
export function eventViewOf(event: RecordedDomainEvent): EventView {
  return { ...event, sentence: sentenceOf(event) };
}
