import { execFileSync } from 'node:child_process';
import type { Engine } from '@claude-codex/testing';

export const AGENT_IMAGE = process.env.CODEX_AGENT_IMAGE ?? 'claude-codex/agent';

/** What the suites on containers need: an engine that answers and has the agent image. */
export function agentImage(): Engine {
  const name = 'a container engine with the agent image';
  try {
    execFileSync('docker', ['image', 'inspect', AGENT_IMAGE], { stdio: 'ignore', timeout: 10_000 });
    return { name, missing: null };
  } catch {
    return { name, missing: `start Docker and run npm run up once, which builds ${AGENT_IMAGE}` };
  }
}

/** Of a test whose managers let go of their agents: those in containers would go on. */
export function removeContainers(names: readonly string[]): void {
  if (names.length > 0) execFileSync('docker', ['rm', '--force', '--volumes', ...names], { stdio: 'ignore' });
}
