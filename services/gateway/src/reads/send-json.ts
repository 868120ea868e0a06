import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Answer, encodingFor, PACK_FROM } from './answer.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Sends JSON that Postgres wrote, without parsing it here: the projector made it from the contract's own types, and a
 * board of thousands of cards is read often.
 */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type(JSON_TYPE).serializer(same).send(text);
}

/** Sends an answer that is kept ready, packed as the request allows. */
export async function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  reply.header('content-type', JSON_TYPE);
  if (answer.bytes.length < PACK_FROM) return reply.send(answer.bytes);
  reply.header('vary', 'accept-encoding');
  const encoding = encodingFor(request.headers['accept-encoding']);
  if (encoding === null) return reply.send(answer.bytes);
  const packed = await answer.packed(encoding);
  return reply.header('content-encoding', encoding).send(packed);
}

function same(text: unknown): string {
  return String(text);
}
