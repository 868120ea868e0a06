import type { ForgeView } from '../api/views/forge.ts';
import { liveRow } from './live-row.ts';

/** A connection that ended stays, with that status: repositories still name it. */
export const forgeRow = liveRow<ForgeView>({
  kind: 'forge',
  table: 'workspace_row',
  seenIn: 'workspace',
  gone: 'forge_removed',
});
