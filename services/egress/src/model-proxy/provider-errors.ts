import type { ServerResponse } from 'node:http';

/** Errors in the provider's own shape, so that Claude Code reacts to ours as it does to theirs. */
const PROVIDER_ERRORS = {
  invalid_request_error: 400,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  api_error: 502,
  overloaded_error: 529,
} as const;

export type ProviderErrorType = keyof typeof PROVIDER_ERRORS;

/** Answers once; when an answer has begun there is nothing left to say, so the connection is cut. Returns the status. */
export function sendProviderError(response: ServerResponse, type: ProviderErrorType, message: string): number {
  const status = PROVIDER_ERRORS[type];
  if (response.headersSent) {
    response.destroy();
    return status;
  }
  const body = JSON.stringify({ type: 'error', error: { type, message } });
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
  return status;
}
