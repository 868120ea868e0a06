import type { EventData, RecordedDomainEvent } from '@claude-codex/contracts';

export interface DayCost {
  workspaceId: string;
  /** UTC, `2026-11-20`. */
  day: string;
  call: EventData<'ModelCallSettled'>;
  position: number;
}

/** Each settled model call with the day it counts for. Added up by the database, whose decimals are exact. */
export function dayCosts(events: readonly RecordedDomainEvent[]): DayCost[] {
  return events
    .filter((event) => event.type === 'ModelCallSettled')
    .map(({ data, meta, at, position }) => ({
      workspaceId: meta.workspaceId,
      day: at.slice(0, 10),
      call: data,
      position,
    }));
}
