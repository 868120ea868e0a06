import type { AttentionItem } from '@claude-codex/contracts';
import { attentionRow } from '@claude-codex/contracts/live/attention';
import { liveKind } from '#lib/live/live-rows.svelte.ts';
import type { Workspace } from '#lib/live/workspace.svelte.ts';

const kind = liveKind<AttentionItem>({
  row: attentionRow,
  order: (a, b) => a.openedAt.localeCompare(b.openedAt),
});

/** Everything that waits for a person, oldest first. */
export function attentionOf(workspace: Workspace): readonly AttentionItem[] {
  return workspace.rows(kind).list;
}
