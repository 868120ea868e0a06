import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';

/**
 * Runs git on the repository whose work tree is `root`, and on no other: without one there git would go looking further
 * up, and the next one is somebody else's.
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {string} what it printed
 */
export function gitIn(root, args) {
  return execFileSync('git', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(root), GIT_DIR: undefined, GIT_WORK_TREE: undefined },
  });
}
