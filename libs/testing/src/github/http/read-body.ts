import type { IncomingMessage } from 'node:http';
import { Refusal } from '../refusal.ts';

const MOST_BYTES = 10_000_000;

/** The JSON a request came with; undefined without any. @throws {Refusal} 400 when it is none */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Refusal(413, 'Payload too large');
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal(400, 'Problems parsing JSON');
    throw error;
  }
}
