import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { z } from 'zod';
import type { Exchange } from '../http/api.ts';
import { type Description, type Operation, type Parameter, type Response, resolved } from './load.ts';
import { DOCUMENT, jsonSchema, type Schema } from './schema.ts';

/** Something that came in or went out and is not as GitHub's official description says. */
export interface Violation {
  /** `pulls/create`, or the event of a webhook. */
  readonly operation: string;
  readonly where: string;
  readonly message: string;
}

/** What every operation may answer with, described or not. */
const ANY_OPERATION = new Set([400, 401, 403, 404, 409, 413, 422]);
/** It has keywords and formats that JSON Schema does not know; each schema it names is compiled once. */
const LENIENT = { strict: false, validateSchema: false, inlineRefs: false, logger: false } as const;
const BasicError = z.object({ message: z.string(), documentation_url: z.string(), status: z.string() });

/** Compares what passes with the description. What one operation needs is compiled when it is first asked for. */
export class Checker {
  readonly violations: Violation[] = [];
  readonly #description: Description;
  readonly #ajv = new Ajv({ ...LENIENT, coerceTypes: false });
  /** What comes as text: queries. */
  readonly #texts = new Ajv({ ...LENIENT, coerceTypes: true });
  readonly #compiled = new Map<Schema, ValidateFunction>();

  constructor(description: Description) {
    this.#description = description;
    const document = { components: { schemas: jsonSchema(description.components.schemas) } };
    for (const ajv of [this.#ajv, this.#texts]) {
      formats.default(ajv);
      ajv.addSchema(document, DOCUMENT);
    }
  }

  exchange({ route, query, requestBody, status, body }: Exchange): void {
    const operation = this.#description.paths[route.path]?.[route.method.toLowerCase()];
    if (operation?.operationId !== route.operation) {
      this.#add(route.operation, 'path', `is not ${route.method} ${route.path} in the description`);
      return;
    }
    this.#query(operation, query);
    this.#request(operation, requestBody);
    this.#answer(operation, status, body);
  }

  webhook(event: string, action: string | null, payload: unknown): void {
    const name = [event, action]
      .filter((part) => part !== null)
      .join('-')
      .replaceAll('_', '-');
    const schema = this.#description['x-webhooks'][name]?.post.requestBody.content['application/json']?.schema;
    if (schema === undefined) this.#add(event, 'action', `there is no ${name}`);
    else this.#check(event, `webhook ${name}`, schema, payload);
  }

  #query({ operationId, parameters = [] }: Operation, query: URLSearchParams): void {
    const known = parameters.map((parameter) => resolved<Parameter>(this.#description, parameter));
    for (const [name, value] of query) {
      const parameter = known.find((one) => one.in === 'query' && one.name === name);
      if (parameter === undefined) this.#add(operationId, `query ${name}`, 'is not described');
      else this.#check(operationId, `query ${name}`, parameter.schema, value, this.#texts);
    }
  }

  #request({ operationId, requestBody }: Operation, body: unknown): void {
    const schema = requestBody?.content['application/json']?.schema;
    if (body === undefined) {
      if (requestBody?.required === true) this.#add(operationId, 'request', 'needs a body');
    } else if (schema !== undefined) this.#check(operationId, 'request', schema, body);
    else this.#add(operationId, 'request', 'takes no body');
  }

  #answer({ operationId, responses }: Operation, status: number, body: unknown): void {
    const described = responses[String(status)];
    if (described === undefined) {
      if (!ANY_OPERATION.has(status)) this.#add(operationId, `answer ${status}`, 'is not described');
      else if (!BasicError.safeParse(body).success) this.#add(operationId, `answer ${status}`, 'is no basic error');
      return;
    }
    const response = resolved<Response>(this.#description, described);
    const schema = response.content?.['application/json']?.schema;
    if (schema !== undefined) this.#check(operationId, `answer ${status}`, schema, body);
    else if (body !== undefined && response.content === undefined && status < 400)
      this.#add(operationId, `answer ${status}`, 'has a body, which is not described');
  }

  #check(operation: string, where: string, schema: Schema, value: unknown, ajv = this.#ajv): void {
    const validate = this.#compiled.get(schema) ?? ajv.compile(jsonSchema(schema) as Schema);
    this.#compiled.set(schema, validate);
    // Of what goes out only what JSON carries counts.
    const carried: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
    if (validate(carried)) return;
    this.#add(operation, where, ajv.errorsText(validate.errors, { dataVar: '' }));
  }

  #add(operation: string, where: string, message: string): void {
    this.violations.push({ operation, where, message });
  }
}
