import type { ForgeView, RemoteForge } from '@claude-codex/contracts';
import { forgeRow } from '@claude-codex/contracts/live/forge';
import type { LiveKind } from '#lib/live/live-rows.svelte.ts';
import type { Workspace } from '#lib/live/workspace.svelte.ts';

/** The forge whose words are in `strings.ts`; a further one gets words and a section of its own. */
export const OFFERED: RemoteForge = 'github';

/** Read by the pages that show it, and not made known: the server would read it for every page from then on. */
const kind: LiveKind<ForgeView> = { row: forgeRow, listed: ({ status }) => status !== 'disconnected' };

/** The connection to a forge; null: there is none, undefined: that is not known yet. */
export function forgeOf(workspace: Workspace, provider: RemoteForge): ForgeView | null | undefined {
  const rows = workspace.rows(kind);
  if (!rows.loaded) return undefined;
  return rows.list.find((forge) => forge.provider === provider) ?? null;
}
