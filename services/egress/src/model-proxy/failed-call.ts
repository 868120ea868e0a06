import type { ServerResponse } from 'node:http';
import { hearOut } from '@claude-codex/service-kit/http/hear-out';
import { BodyTooLarge, TooMuchAtOnce } from '../doors/read-body.ts';
import { agentHeaders } from './headers.ts';
import type { HeldAnswer } from './held-answer.ts';
import { AGENT_WENT_AWAY, NO_USAGE, type Outcome } from './outcome.ts';
import { sendProviderError } from './provider-errors.ts';
import type { ProviderFault, RefusedAnswer } from './provider-fault.ts';

/** A call that the provider did not answer. */
export interface Failed {
  fault: ProviderFault | null;
  /** Null when there was no answer at all. */
  refused: RefusedAnswer | null;
}

/** The agent gets what the provider said, or what is wrong in the provider's own shape. */
export function giveUp({ fault, refused }: Failed, response: ServerResponse, held: HeldAnswer): Outcome {
  held.stop();
  const problem = fault?.detail ?? null;
  const isRedirect = refused !== null && refused.status >= 300 && refused.status < 400;
  if (refused === null || refused.status < 400 || isRedirect) {
    const type = fault?.cause === 'model_silent' ? 'overloaded_error' : 'api_error';
    const status = sendProviderError(response, type, capitalised(problem ?? 'the model provider failed'));
    return { status, model: null, usage: NO_USAGE, problem };
  }
  const { status, headers, body } = refused;
  if (held.begun) response.end(`event: error\ndata: ${oneLine(body)}\n\n`);
  else response.writeHead(status, { ...agentHeaders(headers), 'content-length': Buffer.byteLength(body) }).end(body);
  return { status, model: null, usage: NO_USAGE, problem };
}

/** A call that never became one, or was broken off. */
export function refuse(error: unknown, response: ServerResponse): Outcome {
  const problem = error instanceof Error ? error.message : String(error);
  const refused = (status: number): Outcome => ({ status, model: null, usage: NO_USAGE, problem });
  if (response.destroyed) return refused(AGENT_WENT_AWAY);
  if (error instanceof BodyTooLarge) {
    hearOut(response);
    return refused(sendProviderError(response, 'request_too_large', 'The request is larger than 32 MiB.'));
  }
  if (error instanceof TooMuchAtOnce) {
    hearOut(response);
    return refused(sendProviderError(response, 'overloaded_error', error.message));
  }
  return refused(sendProviderError(response, 'api_error', 'The model provider cannot be reached.'));
}

/** An event's data is one line; JSON says the same without line breaks. */
function oneLine(body: string): string {
  return body.replace(/\s*[\r\n]+\s*/g, ' ');
}

function capitalised(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
