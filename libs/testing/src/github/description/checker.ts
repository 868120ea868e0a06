import { z } from 'zod';
import type { Exchange } from '../http/api.ts';
import { type Description, type Operation, type Parameter, type Response, resolved } from './load.ts';
import type { Schema } from './schema.ts';
import { type Carried, type Schemas, schemasOf } from './schemas.ts';
import type { Violation } from './violation.ts';

/** What every operation may answer with, described or not. */
const ANY_OPERATION = new Set([400, 401, 403, 404, 409, 413, 422]);
const BasicError = z.object({ message: z.string(), documentation_url: z.string(), status: z.string() });

/** Compares what passes with the description. */
export class Checker {
  readonly violations: Violation[] = [];
  readonly #description: Description;
  readonly #schemas: Schemas;

  constructor(description: Description) {
    this.#description = description;
    this.#schemas = schemasOf(description);
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
      else this.#check(operationId, `query ${name}`, parameter.schema, value, 'text');
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

  #check(operation: string, where: string, schema: Schema, value: unknown, as: Carried = 'json'): void {
    // Of what goes out only what JSON carries counts.
    const carried: unknown = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
    const problem = this.#schemas.check(schema, as)(carried);
    if (problem !== null) this.#add(operation, where, problem);
  }

  #add(operation: string, where: string, message: string): void {
    this.violations.push({ operation, where, message });
  }
}
