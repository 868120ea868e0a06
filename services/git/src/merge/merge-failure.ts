/** Why a branch and its base could not be brought together, in words a person can act on. */
export interface MergeFailure {
  readonly ok: false;
  readonly code: string;
  readonly detail: string;
  readonly conflicts: string[];
}

export function mergeFailure(code: string, detail: string): MergeFailure {
  return { ok: false, code, detail, conflicts: [] };
}

export function conflicting(conflicts: string[]): MergeFailure {
  const files = conflicts.length === 1 ? 'One file was' : `${conflicts.length} files were`;
  return { ok: false, code: 'MERGE_CONFLICT', detail: `${files} changed on both sides.`, conflicts };
}
