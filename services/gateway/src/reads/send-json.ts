import type { FastifyReply } from 'fastify';

/**
 * Sends JSON that Postgres wrote, without parsing it here: the projector made it from the contract's own types, and a
 * board of thousands of cards is read often.
 */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').serializer(same).send(text);
}

function same(text: unknown): string {
  return String(text);
}
