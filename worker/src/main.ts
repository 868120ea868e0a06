import { START_TIMEOUT_NAME } from '@claude-codex/contracts/worker/protocol';
import packageJson from '../package.json' with { type: 'json' };
import { startClaudeCode } from './claude-code/start-session.ts';
import { type Ending, runSupervisor } from './supervisor.ts';

const STDOUT = 1;
/** In a container nobody is kept from anything by a supervisor that waits; a manager that restarts still finds it. */
const START_TIMEOUT_MS = 120_000;
const interrupted = new Promise<Ending>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.once(signal, () => resolve({ reason: 'signal', detail: signal }));
  }
  process.once('uncaughtException', (error) => resolve({ reason: 'failed', detail: error.stack ?? error.message }));
});

const exitCode = await runSupervisor({
  input: process.stdin,
  journalFd: STDOUT,
  environment: process.env,
  versions: {
    supervisor: packageJson.version,
    node: process.versions.node,
    agentSdk: packageJson.dependencies['@anthropic-ai/claude-agent-sdk'],
  },
  startSession: startClaudeCode,
  startTimeoutMs: Number(process.env[START_TIMEOUT_NAME] ?? START_TIMEOUT_MS),
  interrupted,
});
// Whatever still keeps the event loop (an open stdin, a connection of the SDK) must not keep the container.
process.exit(exitCode);
