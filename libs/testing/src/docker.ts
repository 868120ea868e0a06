import { execFileSync } from 'node:child_process';
import type { Engine } from './skips.ts';

/** The image agents run in; built by `npm run images`. */
export const agentImageName = process.env.CODEX_AGENT_IMAGE ?? 'claude-codex/agent';

const engineMissing = ask(['version', '--format', '{{.Server.Version}}'])
  ? null
  : 'none answers (on Debian, as root: tools/install-engine.sh)';

/** For `describeWith`: present when a Docker engine answers. */
export const dockerEngine: Engine = { name: 'Docker engine', missing: engineMissing };

/** For `describeWith`: present when an engine answers and has the image of the agents. */
export const agentImage: Engine = {
  name: 'Docker engine with the agent image',
  missing:
    engineMissing ?? (ask(['image', 'inspect', agentImageName]) ? null : `no ${agentImageName} (npm run images)`),
};

function ask(args: string[]): boolean {
  try {
    execFileSync('docker', args, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    // Not installed, not running, not allowed: for a test all the same, and `missing` says what to do.
    return false;
  }
}
