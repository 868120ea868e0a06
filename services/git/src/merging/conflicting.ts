import type { ForgeRefusal } from '@claude-codex/forges/forge';

export function conflicting(conflicts: string[]): ForgeRefusal {
  const files = conflicts.length === 1 ? 'One file was' : `${conflicts.length} files were`;
  return { ok: false, code: 'MERGE_CONFLICT', detail: `${files} changed on both sides.`, conflicts };
}
