import { writeSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { runSupervisor } from './supervisor.ts';

const STDOUT = 1;
const signalled = new Promise<string>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
});
const fallen = new Promise<string>((resolve) => {
  process.once('uncaughtException', (error) => {
    writeSync(2, `${error.stack ?? error.message}\n`);
    resolve(`uncaught: ${error.message}`);
  });
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
  signalled: Promise.race([signalled, fallen]),
});
// Whatever still keeps the event loop (an open stdin, a connection of the SDK) must not keep the container.
process.exit(exitCode);
