import type { z } from 'zod';
import type { Bus } from './bus.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** A message that does not have the agreed shape. */
export class BusMessageInvalid extends Error {
  readonly code = 'MESSAGE_INVALID';
  readonly details: Record<string, unknown>;

  constructor(subject: string, problems: unknown, options?: ErrorOptions) {
    super(`a message on ${subject} does not have the agreed shape`, options);
    this.name = 'BusMessageInvalid';
    this.details = { subject, problems };
  }
}

export function publishJson(bus: Bus, subject: string, body: unknown): void {
  bus.publish(subject, encoder.encode(JSON.stringify(body)));
}

/** Asks with JSON and checks the answer against `schema`. Throws what `Bus.request` throws, and `BusMessageInvalid`. */
export async function requestJson<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  body: unknown,
  schema: Schema,
  options: { timeoutMs: number },
): Promise<z.output<Schema>> {
  return requestText(bus, subject, JSON.stringify(body), schema, options);
}

/** The same for a question that is JSON text already. */
export async function requestText<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  text: string,
  schema: Schema,
  options: { timeoutMs: number },
): Promise<z.output<Schema>> {
  const answer = await bus.request(subject, encoder.encode(text), options);
  return parseJson(subject, answer, schema);
}

/** Serves JSON: a request that does not fit `schema` is refused with MESSAGE_INVALID before it reaches `handler`. */
export function serveJson<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  schema: Schema,
  handler: (body: z.output<Schema>) => Promise<unknown>,
  options?: { queue?: string },
): () => void {
  return bus.serve(
    subject,
    async (payload) => encoder.encode(JSON.stringify((await handler(parseJson(subject, payload, schema))) ?? null)),
    options,
  );
}

/** Listens for JSON. A message of another shape is handed to `onInvalid` (a publisher cannot be told). */
export function subscribeJson<Schema extends z.ZodType>(
  bus: Bus,
  subject: string,
  schema: Schema,
  listener: (body: z.output<Schema>, subject: string) => void,
  onInvalid: (error: BusMessageInvalid) => void,
): () => void {
  return bus.subscribe(subject, (payload, actual) => {
    try {
      listener(parseJson(actual, payload, schema), actual);
    } catch (error) {
      if (!(error instanceof BusMessageInvalid)) throw error;
      onInvalid(error);
    }
  });
}

function parseJson<Schema extends z.ZodType>(subject: string, payload: Uint8Array, schema: Schema): z.output<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(payload));
  } catch (cause) {
    throw new BusMessageInvalid(subject, 'is not JSON', { cause });
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new BusMessageInvalid(subject, problems);
  }
  return parsed.data;
}
