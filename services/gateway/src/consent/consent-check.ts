import type { RuntimeInfo } from '@claude-codex/contracts';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { Members } from '../access/members.ts';
import type { Principal } from '../access/principal.ts';

/** Throws `AGENTS_NOT_SANDBOXED` where agents have no sandbox and nobody of the workspace agreed to what they can read. */
export type ConsentCheck = (principal: Pick<Principal, 'workspaceId'>) => Promise<void>;

/**
 * For commands that start an agent. While no manager told what agents run in, it lets pass: nothing starts without one,
 * and a manager looks again.
 */
export function createConsentCheck(parts: {
  runtime: () => Promise<RuntimeInfo | null>;
  members: Pick<Members, 'workspace'>;
}): ConsentCheck {
  return async ({ workspaceId }) => {
    const exposure = (await parts.runtime())?.exposure ?? null;
    if (exposure === null) return;
    const workspace = await parts.members.workspace(workspaceId);
    if (workspace?.exposureAllowed === exposure) return;
    throw new Problem('AGENTS_NOT_SANDBOXED', {
      detail:
        `Agents have no sandbox on this server: one can read ${exposure}. An owner of the server's first workspace agrees ` +
        'to that in a browser, under Settings; installing bubblewrap or Docker makes it unnecessary.',
    });
  };
}
