import { BranchName, GitUrl, Id } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { DomainError } from '@claude-codex/eventing';

const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A full object id; anything else could be read as a revision expression. */
export function objectId(value: string): string {
  if (!OBJECT_ID.test(value)) throw new DomainError('INVALID_FIELD', { field: 'objectId' });
  return value;
}

/** `refs/heads/<branch>` for a branch name that passed the contract's rules. */
export function branchRef(branch: string): string {
  return `refs/heads/${branchName(branch)}`;
}

/** Where the mirror keeps the branches of the source, apart from those of agents: neither can overwrite the other. */
export function sourceRef(branch: string): string {
  return `refs/remotes/source/${branchName(branch)}`;
}

export function branchName(value: string): string {
  const parsed = BranchName.safeParse(value);
  if (!parsed.success) throw new DomainError('INVALID_BRANCH', { branch: cutText(value, 200) });
  return parsed.data;
}

export function gitUrl(value: string): string {
  const parsed = GitUrl.safeParse(value);
  if (!parsed.success) throw new DomainError('URL_SCHEME_NOT_ALLOWED', {});
  return parsed.data;
}

/** Ids become directory and container names, so they are checked where that happens. */
export function validId(value: string): string {
  const parsed = Id.safeParse(value);
  if (!parsed.success) throw new DomainError('INVALID_FIELD', { field: 'id' });
  return parsed.data;
}
