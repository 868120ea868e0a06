import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { Description } from './load.ts';
import { DOCUMENT, jsonSchema, type Schema } from './schema.ts';

/** It has keywords and formats that JSON Schema does not know; each schema it names is compiled once. */
const LENIENT = { strict: false, validateSchema: false, inlineRefs: false, logger: false } as const;

/** `text`: what comes as text and means something else, as a number in a query. */
export type Carried = 'json' | 'text';

/** What does not fit, in words; null when all does. */
type Check = (value: unknown) => string | null;

export interface Schemas {
  check(schema: Schema, carried: Carried): Check;
}

const ready = new WeakMap<Description, Schemas>();

/**
 * The schemas of a description. What is asked for is compiled once in a process, however many stand-ins compare with it:
 * that of a pull request takes longer than most tests.
 */
export function schemasOf(description: Description): Schemas {
  const schemas = ready.get(description) ?? prepare(description);
  ready.set(description, schemas);
  return schemas;
}

function prepare(description: Description): Schemas {
  const document = { components: { schemas: jsonSchema(description.components.schemas) } };
  const kinds = { json: compiler(document, false), text: compiler(document, true) };
  return { check: (schema, carried) => kinds[carried](schema) };
}

function compiler(document: Schema, coerceTypes: boolean): (schema: Schema) => Check {
  const ajv = new Ajv({ ...LENIENT, coerceTypes });
  formats.default(ajv);
  ajv.addSchema(document, DOCUMENT);
  const compiled = new WeakMap<Schema, Check>();
  return (schema) => {
    const before = compiled.get(schema);
    if (before !== undefined) return before;
    const validate = ajv.compile(jsonSchema(schema) as Schema);
    const check: Check = (value) => (validate(value) ? null : ajv.errorsText(validate.errors, { dataVar: '' }));
    compiled.set(schema, check);
    return check;
  };
}
