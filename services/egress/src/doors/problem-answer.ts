import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '@claude-codex/contracts';
import { PROBLEM_TYPE, problemBody } from '@claude-codex/service-kit/http/problem';

/** Answers with a problem, or cuts the connection when an answer has begun. */
export function sendProblem(response: ServerResponse, code: ErrorCode, detail: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = problemBody(code, { detail, requestId: randomUUID() });
  const text = JSON.stringify(body);
  response
    .writeHead(body.status, {
      'content-type': PROBLEM_TYPE,
      'content-length': Buffer.byteLength(text),
      'x-request-id': body.requestId,
    })
    .end(text);
}

/** Names what was asked for and what to do, so that neither the agent nor its people have to guess. */
export function sendBlocked(response: ServerResponse, target: string): void {
  sendProblem(
    response,
    'EGRESS_BLOCKED',
    `Blocked by workspace egress policy: ${target} is not on the allow-list. Ask an owner of the workspace to allow it.`,
  );
}
