import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { generateFlow, seededChooser } from './flow-generator.ts';

/** What a fold of the log would keep, by part: the fields its values had at any moment of long histories. */
export function keptFields(
  begin: () => { apply(event: RecordedDomainEvent): unknown; kept(): object },
): Record<string, string> {
  const fields = new Map<string, Set<string>>();
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const fold = begin();
    for (const event of generateFlow(4_000, seededChooser(seed))) {
      fold.apply(event);
      if (event.position % 7 > 0) continue;
      for (const [part, value] of Object.entries(fold.kept())) {
        const known = fields.get(part) ?? new Set();
        fields.set(part, new Set([...known, ...fieldsOf(value)]));
      }
    }
  }
  return Object.fromEntries([...fields].map(([part, paths]) => [part, [...paths].sort().join(' ')]));
}

/** The fields of a value, down to the leaves. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (value instanceof Map)
    return [...value.values()].flatMap((item) => fieldsOf(item, path === '' ? '' : `${path}{}`));
  if (value instanceof Set) return [`${path}{}`];
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => fieldsOf(member, path === '' ? key : `${path}.${key}`));
}
