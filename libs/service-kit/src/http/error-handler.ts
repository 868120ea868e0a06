import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, problemBody, statusOf } from './problem.ts';
import type { ShownError } from './shown-error.ts';
import { shownOf } from './shown-error.ts';

/** Turns whatever was thrown into a problem; the text of an unforeseen error stays in the log. */
export function handleError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void {
  const shown = shownOf(error);
  if (statusOf(shown.code) >= 500) request.log.error({ err: error }, 'request failed');
  sendProblem(reply, shown);
}

export function sendProblem(reply: FastifyReply, { code, detail, errors, headers }: ShownError): void {
  const requestId = reply.request.id;
  const body = problemBody(code, { detail, requestId, ...(errors === undefined ? {} : { errors }) });
  void reply
    .code(body.status)
    .headers({ 'x-request-id': requestId, ...headers })
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(body);
}
