import { APP_PERMISSIONS, type AppAccess } from '@claude-codex/contracts/forge-app';

/**
 * What a client is asked for. A token somebody made reaches what it was made for, whatever is said here; one that is made
 * with an app reaches this and nothing else.
 */
export type Reach =
  /** Finding repositories: their names, nothing that is in them. */
  | { readonly purpose: 'find' }
  /** Git in one repository, or everything else there. `slug`: `owner/name`. */
  | { readonly purpose: 'git' | 'work'; readonly slug: string };

export type Permissions = Readonly<Record<string, AppAccess>>;

const WANTED: Readonly<Record<Reach['purpose'], Permissions>> = {
  find: { metadata: 'read' },
  git: { metadata: 'read', contents: 'write' },
  work: { metadata: 'read', ...APP_PERMISSIONS },
};
/** Without these nothing can be done; without the others less is seen. */
const NEEDED = new Set(['contents', 'pull_requests']);

export interface Grant {
  /** To be asked for. */
  readonly permissions: Permissions;
  /** Not to be had, as `contents: write`. */
  readonly missing: readonly string[];
  /** Of `missing`, what nothing goes without. */
  readonly blocking: readonly string[];
}

/** What may be asked for a purpose of an app that was given `granted`. */
export function grantFor(purpose: Reach['purpose'], granted: Readonly<Record<string, string | undefined>>): Grant {
  const wanted = Object.entries(WANTED[purpose]);
  const isGiven = ([name, access]: [string, AppAccess]) =>
    name === 'metadata' || granted[name] === access || granted[name] === 'write' || granted[name] === 'admin';
  const missing = wanted.filter((each) => !isGiven(each));
  const named = (entries: typeof wanted) => entries.map(([name, access]) => `${name}: ${access}`);
  return {
    permissions: Object.fromEntries(wanted.filter(isGiven)),
    missing: named(missing),
    blocking: named(missing.filter(([name]) => NEEDED.has(name))),
  };
}
