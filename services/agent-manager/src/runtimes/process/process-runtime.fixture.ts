import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createDirectories, type Directories } from '../../checkouts/directories.ts';
import type { ProcessRuntimeSettings } from './process-runtime.ts';
import { agentUser, isRoot } from './sandbox/agent-user.ts';
import { findSandbox } from './sandbox/find-sandbox.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { supervisorNode } from './supervisor-node.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..', '..', '..');

/** Whom agents of a test run as: `nobody`, or ourselves where we are not root. */
export const USER = agentUser(isRoot() ? { uid: 65_534, gid: 65_534 } : userInfo());

/** A process runtime's settings with everything below `directory`, in a real sandbox or without one. */
export async function runtimeSettings(
  directory: string,
  program: string,
  sandboxed: boolean,
): Promise<ProcessRuntimeSettings> {
  const directories = createDirectories(directory);
  const node = await supervisorNode(directories.programs);
  const programs = [...['node_modules', 'worker', 'libs'].map((name) => join(ROOT, name)), dirname(program)];
  return {
    directories,
    command: [sandboxed ? node : process.execPath, program],
    user: USER,
    sandbox: sandboxed ? await requireSandbox(directories, node, programs) : null,
    shown: [node],
    exposure: 'everything',
    reason: 'not wanted',
    memoryBytes: 512 * 1024 ** 2,
  };
}

async function requireSandbox(directories: Directories, node: string, programs: readonly string[]): Promise<Sandbox> {
  const place = { hidden: directories.root, temporary: directories.temporary };
  const found = await findSandbox({ user: USER, asRoot: isRoot(), programs, node, ...place });
  if ('missing' in found) throw new Error(found.missing);
  return found.sandbox;
}
