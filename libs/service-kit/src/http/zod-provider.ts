import type { FastifySchemaCompiler, FastifySerializerCompiler, FastifyTypeProvider } from 'fastify';
import type { z } from 'zod';
import { Problem } from './problem.ts';
import { strictly } from './strictly.ts';

/** Gives a route's handler the types of its zod schemas: parsed output for what comes in, input for what goes out. */
export interface ZodTypeProvider extends FastifyTypeProvider {
  validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
  serializer: this['schema'] extends z.ZodType ? z.input<this['schema']> : unknown;
}

/** Headers carry what browsers and proxies add, so only bodies, queries and parameters refuse unknown fields. */
export const zodValidator: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const checked = httpPart === 'headers' ? schema : strictly(schema);
  const where = httpPart === 'params' ? 'path' : (httpPart ?? 'body');
  return (data: unknown) => {
    const parsed = checked.safeParse(data ?? undefined);
    return parsed.success ? { value: parsed.data } : { error: invalidInput(parsed.error, where) };
  };
};

/** Answers are parsed too: a field that is not in the schema never leaves the house. */
export const zodSerializer: FastifySerializerCompiler<z.ZodType> = ({ schema, url }) => {
  return (data: unknown) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return JSON.stringify(parsed.data);
    const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`The answer of ${url} does not match its schema at: ${fields}`);
  };
};

/** A 400 that names every bad field and what is expected; unknown fields have a code of their own. */
export function invalidInput(error: z.ZodError, where: string): Problem {
  const errors = error.issues.flatMap((issue) => {
    const field = [where, ...issue.path.map(String)].join('.');
    if (issue.code !== 'unrecognized_keys') return [{ field, code: 'INVALID_FIELD', expected: issue.message }];
    return issue.keys.map((key) => ({ field: `${field}.${key}`, code: 'UNKNOWN_FIELD', expected: 'no such field' }));
  });
  const onlyUnknown = errors.every((entry) => entry.code === 'UNKNOWN_FIELD');
  const first = errors[0];
  return new Problem(onlyUnknown ? 'UNKNOWN_FIELD' : 'INVALID_FIELD', {
    detail: first === undefined ? 'The request is not valid.' : `${first.field}: ${first.expected}`,
    errors,
  });
}
