import type { DiffFile } from '@claude-codex/contracts';

const KINDS: Readonly<Record<string, string>> = {
  '120000': 'symbolic link',
  '160000': 'submodule',
  '100755': 'executable',
};

/** What is special about a file beside its lines: its kind where it is none of every day, and modes that changed. */
export function factsOf({ oldMode, newMode }: Pick<DiffFile, 'oldMode' | 'newMode'>): string[] {
  const before = kindOf(oldMode);
  const after = kindOf(newMode);
  if (oldMode !== null && newMode !== null && oldMode !== newMode) {
    const named = before === after ? [] : [`${before ?? 'file'} → ${after ?? 'file'}`];
    return [...named, `mode ${oldMode} → ${newMode}`];
  }
  const kind = after ?? before;
  return kind === null ? [] : [kind];
}

function kindOf(mode: string | null): string | null {
  return mode === null ? null : (KINDS[mode] ?? null);
}
