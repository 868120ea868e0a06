import { z } from 'zod';
import { typeInWords } from './type-in-words.ts';

/** The settings of a schema that may be refined or transformed. */
export function settingsOf(schema: unknown): Record<string, z.ZodType> {
  if (schema instanceof z.ZodObject) return schema.shape as Record<string, z.ZodType>;
  return schema instanceof z.ZodPipe ? settingsOf(schema.in) : {};
}

/**
 * What a setting may be, as the end of a sentence about it: `must be a whole number 0 to 65535`. In the words its schema
 * has for it, by its type otherwise: what the library says of a value speaks of its types.
 */
export function allowed(field: z.ZodType, said = refusalOf(field)): string {
  if (/^(must|may) /.test(said)) return said;
  const core = withoutDefault(field);
  const words = typeInWords(core);
  if (core instanceof z.ZodEnum) return `must be one of ${words}`;
  if (core instanceof z.ZodNumber) return `must be a ${words}`;
  const most = core instanceof z.ZodString ? core.maxLength : null;
  return most === null ? `must be ${words}` : `must be ${words} of at most ${most} characters`;
}

/** The words of a schema for what nobody can mean. */
function refusalOf(field: z.ZodType): string {
  return field.safeParse('\u0001').error?.issues[0]?.message ?? '';
}

function withoutDefault(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault)
    return withoutDefault(field.unwrap() as z.ZodType);
  return field;
}
