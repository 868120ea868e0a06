import { z } from 'zod';

/**
 * The same schema, but every plain object inside refuses unknown fields. Contracts stay loose on purpose (an older
 * reader must accept a newer event); only what people and programs send in is held to the letter.
 */
export function strictly(schema: z.ZodType): z.ZodType {
  return strict(schema, new Map());
}

function strict(schema: z.core.$ZodType, seen: Map<z.core.$ZodType, z.ZodType>): z.ZodType {
  const known = seen.get(schema);
  if (known !== undefined) return known;
  const made = rebuilt(schema, seen);
  seen.set(schema, made);
  return made;
}

function rebuilt(schema: z.core.$ZodType, seen: Map<z.core.$ZodType, z.ZodType>): z.ZodType {
  const inner = (child: z.core.$ZodType) => strict(child, seen);
  if (schema instanceof z.ZodObject) {
    const shape = Object.fromEntries(Object.entries(schema.def.shape).map(([key, child]) => [key, inner(child)]));
    return schema.clone({ ...schema.def, shape, catchall: schema.def.catchall ?? z.never() });
  }
  if (schema instanceof z.ZodArray) return schema.clone({ ...schema.def, element: inner(schema.def.element) });
  if (schema instanceof z.ZodDiscriminatedUnion || schema instanceof z.ZodUnion) {
    return schema.clone({ ...schema.def, options: schema.def.options.map(inner) });
  }
  if (schema instanceof z.ZodRecord) return schema.clone({ ...schema.def, valueType: inner(schema.def.valueType) });
  if (isWrapper(schema)) return schema.clone({ ...schema.def, innerType: inner(schema.def.innerType) });
  if (schema instanceof z.ZodPipe) return schema.clone({ ...schema.def, in: inner(schema.def.in) });
  if (schema instanceof z.ZodLazy) {
    const { getter } = schema.def;
    return schema.clone({ ...schema.def, getter: () => inner(getter()) });
  }
  if (!(schema instanceof z.ZodType)) throw new TypeError('Only schemas of the full zod can be used in routes');
  return schema;
}

type Wrapper = z.ZodType<
  unknown,
  unknown,
  z.core.$ZodTypeInternals & { def: z.core.$ZodTypeDef & { innerType: z.core.$ZodType } }
>;

function isWrapper(schema: z.core.$ZodType): schema is Wrapper {
  return (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  );
}
