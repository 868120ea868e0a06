import type { HealthReport } from '@claude-codex/service-kit/health';
import { remedyFor, type Upstream, UpstreamSilent } from './upstream.ts';

/** Shorter than what the asker waits, so that it hears the reason. */
const WAIT_MS = 4_000;

/**
 * Whether the model provider can be reached, asked the very way that model calls go: the same proxy, the same
 * certificates, the same connections. Any answer counts: no credential is sent, so most answer with a refusal.
 */
export async function providerHealth(label: string, upstream: Upstream): Promise<HealthReport> {
  try {
    const answer = await upstream.call({
      method: 'HEAD',
      path: '',
      headers: {},
      body: Buffer.alloc(0),
      answerWithinMs: WAIT_MS,
      signal: AbortSignal.timeout(WAIT_MS),
    });
    answer.resume();
    const status = answer.statusCode ?? 502;
    return status < 500 ? { ok: true, detail: label } : { ok: false, detail: `${label} answers with status ${status}` };
  } catch (error) {
    const late = error instanceof UpstreamSilent || (error instanceof Error && error.name === 'AbortError');
    return { ok: false, detail: `${label} ${late ? 'does not answer' : `cannot be reached${remedyFor(error)}`}` };
  }
}
