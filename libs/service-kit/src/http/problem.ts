import type { ErrorCode } from '@claude-codex/contracts';
import { HTTP_STATUS } from '@claude-codex/contracts';
import { z } from 'zod';
import { nodeHttp } from './node-http.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What every error answer of the house looks like (RFC 9457). */
export const ProblemBody = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), code: z.string(), expected: z.string() })),
  })
  .meta({ id: 'Problem' });
export type ProblemBody = z.infer<typeof ProblemBody>;

export interface ProblemOptions {
  /** One sentence for a person: what is wrong and what to do. */
  detail: string;
  errors?: ProblemBody['errors'];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** Thrown anywhere below a route; the HTTP server turns it into a problem+json answer with the status of its code. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly errors: ProblemBody['errors'];
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, { detail, errors = [], headers = {}, cause }: ProblemOptions) {
    super(detail, { cause });
    this.name = 'Problem';
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }
}

/** The domain knows codes; the one table in contracts knows their statuses. An unknown code is our mistake: 500. */
export function statusOf(code: string): number {
  return (HTTP_STATUS as Record<string, number>)[code] ?? 500;
}

/** The body for a code; `requestId` lets a person quote the answer and an operator find its log line. */
export function problemBody(
  code: string,
  options: { detail: string; requestId: string; errors?: ProblemBody['errors']; status?: number },
): ProblemBody {
  const status = options.status ?? statusOf(code);
  return {
    type: `urn:claude-codex:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: nodeHttp.STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail: options.detail,
    requestId: options.requestId,
    errors: options.errors ?? [],
  };
}
