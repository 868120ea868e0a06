import type { HealthReport } from '@claude-codex/service-kit/health';
import type { ModelProvider } from '../config.ts';

/** Shorter than what the asker waits, so that it hears the reason. */
const WAIT_MS = 4_000;

/** Whether the model provider can be reached. Any answer counts: no credential is sent, so most answer with a refusal. */
export async function providerHealth({ baseUrl, label }: ModelProvider): Promise<HealthReport> {
  try {
    const { status } = await fetch(baseUrl, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    return status < 500 ? { ok: true, detail: label } : { ok: false, detail: `${label} answers with status ${status}` };
  } catch (error) {
    const late = error instanceof Error && error.name === 'TimeoutError';
    return { ok: false, detail: `${label} ${late ? 'does not answer' : 'cannot be reached'}` };
  }
}
