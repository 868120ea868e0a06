import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '@claude-codex/service-kit/operator-error';
import type { AgentUser } from './agent-user.ts';
import { createBubblewrap } from './bubblewrap.ts';
import { DESCRIPTORS, type Sandbox, type SandboxView } from './sandbox.ts';
import { createSeatbelt } from './seatbelt.ts';

export interface SandboxNeeds {
  readonly user: AgentUser;
  readonly asRoot: boolean;
  /** See `BubblewrapSettings`. */
  readonly programs: readonly string[];
  readonly hidden: string;
  /** Shown like the door's directory; it is tried too. */
  readonly node: string;
  /** For the trial: a directory of ours that others may not enter. */
  readonly temporary: string;
}

/** Either a sandbox that was tried, or in a person's words why there is none. */
export type FoundSandbox = { readonly sandbox: Sandbox } | { readonly missing: string };

const BUBBLEWRAP = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap', '/run/current-system/sw/bin/bwrap'];
const TRIAL_MS = 15_000;

/**
 * The sandbox of this system. It is tried as agents will use it, with their user, a directory only we can reach, and
 * node: that a program is installed says little where the kernel or a container's profile refuses namespaces.
 */
export async function findSandbox(needs: SandboxNeeds): Promise<FoundSandbox> {
  if (process.platform === 'darwin') return tried(createSeatbelt(needs), needs);
  const program = BUBBLEWRAP.find((path) => existsSync(path));
  if (program === undefined) return { missing: 'bubblewrap is not installed' };
  const version = await printed([program, '--version']).catch(() => '');
  const found = await tried(createBubblewrap({ ...needs, program, version: version.replace(/^\D+/, '') }), needs);
  return 'missing' in found ? { missing: `bubblewrap cannot make a sandbox here: ${found.missing}` } : found;
}

async function tried(sandbox: Sandbox, needs: SandboxNeeds): Promise<FoundSandbox> {
  await mkdir(needs.temporary, { recursive: true, mode: 0o700 });
  const root = await mkdtemp(join(needs.temporary, 'sandbox-'));
  const [checkout, temporary] = [join(root, 'checkout'), join(root, 'tmp')];
  try {
    for (const path of [checkout, temporary]) {
      await mkdir(path, { mode: 0o700 });
      if (needs.asRoot) await chown(path, needs.user.uid, needs.user.gid);
    }
    const view: SandboxView = { writable: [checkout], readable: [needs.node], temporary, workingDirectory: checkout };
    const rules = join(root, 'rules');
    await writeFile(rules, sandbox.rules ?? '', { mode: 0o600 });
    const script = 'id -u && touch written && test ! -e "$2" && "$1" --version >/dev/null';
    const said = await printed(sandbox.wrap(view, ['/bin/sh', '-c', script, 'sh', needs.node, rules]), rules);
    if (said !== String(needs.user.uid)) return { missing: `programs in it run as the user ${said}` };
    return { sandbox };
  } catch (error) {
    return { missing: reasonOf(error) };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** The trimmed output of a program. Throws with its last words when it fails or takes too long. */
async function printed([program = '', ...args]: readonly string[], rules = '/dev/null'): Promise<string> {
  const [input, facts] = await Promise.all([open(rules, 'r'), open('/dev/null', 'w')]);
  try {
    const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', 'pipe', 'pipe', 'ignore', 'ignore'];
    stdio[DESCRIPTORS.rules] = input.fd;
    stdio[DESCRIPTORS.facts] = facts.fd;
    const child = spawn(program, args, { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, stdio });
    const output = { out: '', err: '' };
    child.stdout?.on('data', (chunk: Buffer) => (output.out += chunk));
    child.stderr?.on('data', (chunk: Buffer) => (output.err += chunk));
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const late = sleep(TRIAL_MS, 'late' as const, { ref: false });
    const code = await Promise.race([ended, late]);
    if (code === 'late') child.kill('SIGKILL');
    if (code !== 0) throw new Error(output.err.trim().split('\n').at(-1) || `it ended with ${code}`);
    return output.out.trim();
  } finally {
    await Promise.all([input.close(), facts.close()]);
  }
}
