import { Id } from '@claude-codex/contracts';
import { z } from 'zod';

/** A schema as a reader of a table wants it: `text`, `whole number`, `plan or code`, `list of …`. */
export function typeInWords(schema: unknown): string {
  if (schema === Id) return 'id';
  if (schema instanceof z.ZodOptional) return `${typeInWords(schema.unwrap())}, optional`;
  if (schema instanceof z.ZodNullable) return `${typeInWords(schema.unwrap())} or null`;
  if (schema instanceof z.ZodDefault) return typeInWords(schema.unwrap());
  if (schema instanceof z.ZodPipe) return typeInWords(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  if (schema instanceof z.ZodArray) return `list of ${typeInWords(schema.element)}`;
  if (schema instanceof z.ZodRecord) return `map of ${typeInWords(schema.valueType)}`;
  if (schema instanceof z.ZodEnum) return schema.options.join(', ');
  if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => JSON.stringify(value)).join(', ');
  if (schema instanceof z.ZodDiscriminatedUnion || schema instanceof z.ZodUnion) {
    return schema.options.map(typeInWords).join(' or ');
  }
  if (schema instanceof z.ZodObject) return `{ ${Object.keys(schema.shape).join(', ')} }`;
  if (schema instanceof z.ZodBoolean) return 'yes or no';
  if (schema instanceof z.ZodNumber) return numberInWords(schema);
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return stringInWords(schema);
  return 'anything';
}

function numberInWords(schema: z.ZodNumber): string {
  const kind = schema.isInt ? 'whole number' : 'number';
  const bound = finite(schema.minValue);
  const from = bound !== null && schema.isInt && !schema.safeParse(bound).success ? bound + 1 : bound;
  const to = finite(schema.maxValue);
  if (from !== null && to !== null) return `${kind} ${from} to ${to}`;
  if (from !== null) return `${kind} from ${from}`;
  return to === null ? kind : `${kind} up to ${to}`;
}

/** A bound somebody set: whole numbers are bounded to the safe ones by themselves. */
function finite(bound: unknown): number | null {
  return typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : null;
}

function stringInWords({ format }: z.ZodString | z.ZodStringFormat): string {
  if (format === 'datetime') return 'time';
  return format === 'url' ? 'address' : 'text';
}
