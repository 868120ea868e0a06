import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Allowance } from './allowance.ts';

export class BodyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`The body is larger than ${maxBytes} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** What this agent sends at the same time is more than we keep in memory for it. */
export class TooMuchAtOnce extends Error {
  constructor() {
    super('Too much is being sent at the same time from this workspace.');
    this.name = 'TooMuchAtOnce';
  }
}

/**
 * The whole body; throws `BodyTooLarge` or `TooMuchAtOnce` as soon as it is clear, without taking the connection away, so
 * that the refusal can still be answered. What it holds of `memory` comes back when the call is over, not when it is read:
 * a call that the provider fails is made again with it.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  { maxBytes, memory }: { maxBytes: number; memory: Allowance },
): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  response.once('close', () => {
    isOver = true;
    memory.giveBack(bytes);
  });
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (isOver) throw new Error('the agent hung up');
    if (bytes + chunk.length > maxBytes) throw new BodyTooLarge(maxBytes);
    if (!memory.take(chunk.length)) throw new TooMuchAtOnce();
    bytes += chunk.length;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
