import type { DiffFile } from '@claude-codex/contracts';
import { misleads } from '@claude-codex/contracts/hidden-characters';

/** Something in it, or in its name, is not what it looks like. */
export function isMisleading(file: DiffFile): boolean {
  return file.misleading > 0 || misleads(file.path);
}

/** Names the content that a person marks as looked at. */
export function markKey(file: DiffFile): string {
  return `${file.contentHash} ${file.path}`;
}
