import type { ErrorCode } from '@claude-codex/contracts';
import type { ProblemBody } from './problem.ts';
import { Problem, statusOf } from './problem.ts';

/** What the outside may know of an error. */
export interface ShownError {
  code: ErrorCode;
  detail: string;
  errors?: ProblemBody['errors'];
  headers?: Record<string, string>;
}

/** Errors of Fastify, the event store and the bus, in words for a person. */
const KNOWN: Record<string, ShownError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'BODY_TOO_LARGE', detail: 'The body is larger than this address accepts.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'Send the body as application/json.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'MALFORMED_REQUEST',
    detail: 'Content-Length does not match the body.',
  },
  FST_ERR_BAD_URL: { code: 'MALFORMED_REQUEST', detail: 'The address is not valid.' },
  APPEND_CONFLICT: { code: 'VERSION_CONFLICT', detail: 'Too many changes came at once. Try again.' },
  COMMAND_ID_MISUSED: { code: 'COMMAND_ID_MISUSED', detail: 'This command id was used for another request.' },
  EVENT_STORE_OVERLOADED: retryLater('STORE_OVERLOADED', 'The event store is overloaded. Try again in a second.'),
  EVENT_STORE_UNAVAILABLE: retryLater('STORE_UNAVAILABLE', 'The event store cannot be reached. Try again shortly.'),
  BusTimeout: retryLater('NOT_READY', 'A part of the server did not answer in time. Try again shortly.'),
  BusNoResponder: retryLater('NOT_READY', 'A part of the server is not running. Try again shortly.'),
};

const INTERNAL: ShownError = {
  code: 'INTERNAL',
  detail: 'Something went wrong on our side. Quote the request id to your operator.',
};

function retryLater(code: ErrorCode, detail: string): ShownError {
  return { code, detail, headers: { 'retry-after': '1' } };
}

interface ThrownError extends Error {
  code?: unknown;
  statusCode?: unknown;
  /** Of a refusal here. */
  details?: unknown;
  /** Of a refusal on the other side of the bus. */
  detail?: unknown;
}

export function shownOf(error: ThrownError): ShownError {
  if (error instanceof Problem) {
    return { code: error.code, detail: error.message, errors: error.errors, headers: error.headers };
  }
  const known = KNOWN[String(error.code)] ?? KNOWN[error.name];
  if (known !== undefined) return known;
  if (isRefusal(error)) return { code: error.code, detail: sentenceOf(error.code, error.details ?? error.detail) };
  const { statusCode } = error;
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return { code: 'MALFORMED_REQUEST', detail: 'The request is not valid.' };
  }
  return INTERNAL;
}

/** A refusal of the domain, here or on the other side of the bus. By shape: the bus rebuilds errors. */
function isRefusal(error: ThrownError): error is ThrownError & { code: ErrorCode } {
  const refuses = error.name === 'DomainError' || error.name === 'BusRemoteError';
  return refuses && typeof error.code === 'string' && statusOf(error.code) < 500;
}

/** `TASK_ENDED` and its details read as "Task ended (taskId: 01…)"; a `reason` among them is said instead. */
function sentenceOf(code: string, details: unknown): string {
  const words = code.replaceAll('_', ' ').toLowerCase();
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  if (details === null || typeof details !== 'object') return `${sentence}.`;
  if ('reason' in details && typeof details.reason === 'string') return `${sentence}: ${details.reason}`;
  const facts = Object.entries(details).map(([key, value]) => `${key}: ${String(value)}`);
  return facts.length === 0 ? `${sentence}.` : `${sentence} (${facts.join(', ')}).`;
}
