import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { ForgeRules } from '@claude-codex/contracts/repository/forge-rules';

/** The part of GitHub's answer about a repository; it says this to whoever may push. */
export interface RuleSettings {
  readonly allow_merge_commit?: boolean | undefined;
  readonly allow_squash_merge?: boolean | undefined;
  readonly allow_rebase_merge?: boolean | undefined;
  readonly delete_branch_on_merge?: boolean | undefined;
}

/** What the settings of a repository on GitHub allow; null where it does not say. */
export function rulesOf(settings: RuleSettings): ForgeRules | null {
  const { allow_merge_commit: merge, allow_squash_merge: squash, allow_rebase_merge: rebase } = settings;
  if (merge === undefined || squash === undefined || rebase === undefined) return null;
  const allowed: Readonly<Record<MergeStrategy, boolean>> = { merge, squash, rebase };
  const mergeMethods = (Object.keys(allowed) as MergeStrategy[]).filter((method) => allowed[method]);
  return { mergeMethods, deletesBranch: settings.delete_branch_on_merge === true };
}
