import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { ModelProvider } from '../config.ts';

/** What an agent may say to the provider. Everything else stays here, above all credentials and cookies. */
const TO_PROVIDER = /^(?:accept|content-type|user-agent|x-app|anthropic-(?!workspace).*|x-stainless-.*)$/;
/** Belongs to one connection, or would let the provider set state in the agent. */
const NOT_TO_AGENT = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
/** Long-lived tokens of a subscription are only taken together with this beta flag. */
const OAUTH_TOKEN = /^sk-ant-oat/;
const OAUTH_BETA = 'oauth-2025-04-20';

/** Headers for the provider: the agent's harmless ones, and the real credential. Identity encoding keeps usage readable. */
export function providerHeaders(from: IncomingHttpHeaders, provider: ModelProvider): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = { 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && TO_PROVIDER.test(name)) headers[name] = value;
  }
  if (provider.apiKey !== null) headers['x-api-key'] = provider.apiKey;
  if (provider.authToken !== null) {
    headers.authorization = `Bearer ${provider.authToken}`;
    if (OAUTH_TOKEN.test(provider.authToken)) {
      headers['anthropic-beta'] = [headers['anthropic-beta'], OAUTH_BETA].filter(Boolean).join(',');
    }
  }
  return headers;
}

/** Claude Code names the sub-agent that asks, and nobody for the agent itself. It is the agent's word, so its form is looked at. */
export function subAgentOf({ 'x-claude-code-agent-id': id }: IncomingHttpHeaders): string | null {
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : null;
}

export function agentHeaders(from: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !NOT_TO_AGENT.has(name)));
}

/** An error may repeat what it was asked with, and neither agents nor people may see the key. */
export function withoutCredential(text: string, { apiKey, authToken }: ModelProvider): string {
  return [apiKey, authToken].reduce<string>((rest, key) => (key === null ? rest : rest.replaceAll(key, '…')), text);
}
