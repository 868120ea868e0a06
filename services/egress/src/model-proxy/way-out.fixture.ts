// An egress service in a process of its own, because Node reads NODE_EXTRA_CA_CERTS when it starts. Makes one model call
// and asks for health, and prints what came of both.
import { askHealth } from '@claude-codex/service-kit/health';
import { proxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';
import { callDoor, startEgress } from '../egress.fixture.ts';

const baseUrl = process.env.ANTHROPIC_BASE_URL ?? '';
// Failures are told at once and not held back.
const limits = { holdWholeMs: 0 };
const egress = await startEgress(limits, { baseUrl, label: 'Model', proxy: proxyVariables(process.env) });
try {
  const { socketPath } = await egress.open();
  const { status, text } = await callDoor(socketPath, '/v1/messages', { body: '{"model":"m"}' });
  const health = await askHealth(egress.bus, 'model-provider', { timeoutMs: 10_000 });
  process.stdout.write(JSON.stringify({ status, text, health }));
} finally {
  await egress.stop();
}
