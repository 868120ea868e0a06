import { APP_PERMISSIONS, type AppAccess, type AppPermission } from '@claude-codex/contracts/forge-app';

/** Something a credential may do at the forge, as its pages call it, and what for. */
export interface PermissionRow {
  readonly name: string;
  readonly access: string;
  readonly why: string;
}

const ACCESS: Readonly<Record<AppAccess, string>> = { read: 'Read', write: 'Read and write' };

const METADATA: PermissionRow = { name: 'Metadata', access: ACCESS.read, why: 'find your repositories' };
const CONTENTS: PermissionRow = {
  ...{ name: 'Contents', access: ACCESS.write, why: 'read the code, push the branch of the work, resolve threads' },
};
const PULLS: PermissionRow = {
  name: 'Pull requests',
  access: ACCESS.write,
  why: 'open, follow and merge them, talk about their lines',
};
const ISSUES: PermissionRow = {
  name: 'Issues',
  access: ACCESS.write,
  why: 'start tasks from them, say there how they stand',
};

/** What a fine-grained token needs there, and what for. */
export const TOKEN_PERMISSIONS: readonly PermissionRow[] = [
  METADATA,
  CONTENTS,
  PULLS,
  ISSUES,
  { name: 'Actions, Commit statuses', access: ACCESS.read, why: 'show what passed and what failed' },
];

/** A permission that is asked for and has no words here does not compile. */
const OF_APP: Readonly<Record<AppPermission, Omit<PermissionRow, 'access'>>> = {
  contents: CONTENTS,
  pull_requests: PULLS,
  checks: { name: 'Checks', why: 'show what passed and what failed' },
  actions: { name: 'Actions', why: 'the same of workflows' },
  statuses: { name: 'Commit statuses', why: 'the same of older services' },
  issues: ISSUES,
};

/** What the manifest of an app asks for, in the order it does, and what every app may do. */
export const SHOWN_OF_APP: readonly PermissionRow[] = [
  METADATA,
  ...(Object.entries(APP_PERMISSIONS) as [AppPermission, AppAccess][]).map(([key, access]) => ({
    ...OF_APP[key],
    access: ACCESS[access],
  })),
];
