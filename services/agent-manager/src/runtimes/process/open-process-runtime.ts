import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Logger } from '@claude-codex/service-kit/log';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';
import type { Directories } from '../../checkouts/directories.ts';
import { MODES, makePrivate } from '../../checkouts/private-directories.ts';
import type { AgentManagerSettings } from '../../config.ts';
import type { Runtime } from '../runtime.ts';
import { createProcessRuntime } from './process-runtime.ts';
import { type AgentUser, agentUser, isRoot } from './sandbox/agent-user.ts';
import { type FoundSandbox, findSandbox } from './sandbox/find-sandbox.ts';
import { supervisorNode } from './supervisor-node.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
/** Everything the supervisor is made of; never the whole directory, where a person may keep a data directory or `.env`. */
const PROGRAMS = ['node_modules', 'worker', 'libs', 'package.json'].map((name) => join(ROOT, name));
const SUPERVISOR = join(ROOT, 'worker', 'src', 'main.ts');
/** As in the agent's image: a supervisor mostly waits, so it gets a small heap instead of a fast one (16 MB less). */
const SMALL_HEAP = ['--max-semi-space-size=1', '--optimize-for-size'];
/** `nobody`: there on every system, owns nothing. */
const NOBODY = 65_534;

/**
 * Agents as processes, in a sandbox where one can be had. Never as root: a root server gives them another user, or does
 * not start. Throws `OperatorError` with the setting that helps.
 */
export async function openProcessRuntime(
  settings: AgentManagerSettings,
  directories: Directories,
  log: Logger,
): Promise<Runtime> {
  const { uid, sandbox: wanted, tools, memoryBytes } = settings.agent;
  const user = userOfAgents(uid);
  const node = await supervisorNode(directories.programs);
  const found: FoundSandbox =
    wanted === 'off'
      ? { missing: 'CODEX_AGENT_SANDBOX is off' }
      : await findSandbox({
          user,
          asRoot: isRoot(),
          programs: [...PROGRAMS, ...tools],
          hidden: await realpath(directories.root),
          node,
          temporary: directories.temporary,
        });
  if ('missing' in found) {
    if (wanted === 'required') throw new OperatorError(`CODEX_AGENT_SANDBOX is required, but ${found.missing}.`);
    await makePrivate(directories, isRoot() ? MODES.passage : MODES.own);
    if (isRoot()) await requireReach(user, directories.instances, found.missing);
    log.warn({ reason: found.missing, uid: user.uid }, 'agents have no sandbox: people are asked before one starts');
  }
  return createProcessRuntime({
    directories,
    command: ['sandbox' in found ? node : process.execPath, ...SMALL_HEAP, SUPERVISOR],
    user,
    sandbox: 'sandbox' in found ? found.sandbox : null,
    shown: [node],
    exposure: exposureOf(user),
    reason: 'missing' in found ? found.missing : '',
    memoryBytes,
  });
}

function userOfAgents(wanted: number | null): AgentUser {
  const { uid, gid } = userInfo();
  if (!isRoot()) return agentUser({ uid, gid });
  return agentUser({ uid: wanted ?? NOBODY, gid: wanted ?? NOBODY });
}

/** Without a sandbox the user has to get at the program and its checkout by itself. */
async function requireReach(user: AgentUser, instances: string, missing: string): Promise<void> {
  const script = 'test -r "$1" && test -x "$2" && test -x "$3" && "$2" --version >/dev/null';
  try {
    const options = { uid: user.uid, gid: user.gid, cwd: '/', env: {} };
    await run('/bin/sh', ['-c', script, 'sh', SUPERVISOR, process.execPath, instances], options);
  } catch (cause) {
    throw new OperatorError(
      `Agents of a server that runs as root run as the user ${user.uid}, who cannot reach the program or ${instances} ` +
        `(${reasonOf(cause)}), and ${missing}. Install bubblewrap, start the server as an ordinary user, name a user who ` +
        'can with CODEX_AGENT_UID, or put the program and CODEX_DATA_DIR where that user may enter.',
      { cause },
    );
  }
}

/** In a person's words; the API and the pages put it into their sentences. */
function exposureOf({ uid }: AgentUser): string {
  if (isRoot())
    return `everything the user ${uid} can read: what every user of this machine can, other agents, and the network`;
  const { username } = userInfo();
  const examples = `files such as ${join(homedir(), '.ssh')}, other programs, the keys and the database of this server`;
  return `everything your account ${username} can read: ${examples}; and the network`;
}
