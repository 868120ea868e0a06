import { dirname } from 'node:path';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { MARKER_NAME, markerOf } from '../processes/marker.ts';

const PASSED_ON = ['PATH', 'LANG', 'LC_ALL', 'TERM', 'TMPDIR', 'TZ'] as const;

type Environment = Record<string, string>;

/**
 * The environment of commands that run on the agent's behalf: a few variables of the supervisor, those the manager
 * set for the instance, and a git identity. Never the supervisor's whole environment.
 */
export function commandEnvironment(start: WorkerStart, own: NodeJS.ProcessEnv): Environment {
  const passed = PASSED_ON.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]));
  const author = authorOf(start);
  return {
    TERM: 'dumb',
    LANG: 'C.UTF-8',
    ...Object.fromEntries(passed),
    ...start.env,
    HOME: start.paths.home,
    SHELL: '/bin/bash',
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_TERMINAL_PROMPT: '0',
    // Without its own repository the agent's git must not find the one around the data directory.
    GIT_CEILING_DIRECTORIES: dirname(start.paths.checkout),
    [MARKER_NAME]: markerOf(start.instanceId, start.epoch),
  };
}

/** Who the agent's commits are by, such as `Claude (work-123-a1)`. */
export function authorOf(start: WorkerStart): { name: string; email: string } {
  return { name: `Claude (${start.instanceName})`, email: 'agent@claude-codex.invalid' };
}
