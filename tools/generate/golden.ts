import { EVENT_TYPES, type EventType, type RecordedEvent } from '@claude-codex/contracts';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import type { GeneratedFile } from './output.ts';

/** Long enough for every type to happen at least once. */
const STEPS = 80_000;

/**
 * One stored event of every type in its current version. Written once and never again: what is stored must be read for
 * ever, so a sample that no longer parses means an upcaster is missing, not that the sample is old.
 */
export function goldenFiles(): GeneratedFile[] {
  const samples = new Map<string, RecordedEvent>();
  for (const event of generateFlow(STEPS, seededChooser(1))) {
    const known = samples.get(event.type);
    // The richest sample of a type says most about its schema.
    if (known === undefined || fullness(event) > fullness(known)) samples.set(event.type, event);
  }
  return Object.entries(EVENT_TYPES).map(([type, { version }]) => {
    const sample = samples.get(type as EventType);
    if (sample === undefined) throw new Error(`no flow makes ${type}: add it to libs/testing/src/flow`);
    const stored = { ...sample, schemaVersion: version };
    return {
      path: `libs/contracts/golden/${type}.v${version}.json`,
      content: `${JSON.stringify(stored, null, 2)}\n`,
      frozen: true,
    };
  });
}

function fullness({ data }: RecordedEvent): number {
  return JSON.stringify(data).length - 10 * (JSON.stringify(data).match(/null|\[\]/g)?.length ?? 0);
}
