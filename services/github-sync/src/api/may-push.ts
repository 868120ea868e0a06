import type { RepositoryPlace } from './client.ts';
import type { Conditional } from './conditional.ts';
import { asking, GithubRefused } from './faults.ts';

const MAY_PUSH = new Set(['admin', 'write']);

/** Whether somebody may push to the repository. Whom GitHub does not tell of may not. Throws `ForgeAway`. */
export async function mayPush(
  { octokit, owner, repo }: RepositoryPlace,
  ask: Conditional,
  username: string,
): Promise<boolean> {
  const at = { owner, repo, username };
  try {
    const { permission } = await ask(
      (headers) => asking(octokit.rest.repos.getCollaboratorPermissionLevel({ ...at, headers }), Date.now()),
      `${owner}/${repo}/permission/${username}`,
    );
    return MAY_PUSH.has(permission);
  } catch (error) {
    if (error instanceof GithubRefused) return false;
    throw error;
  }
}
