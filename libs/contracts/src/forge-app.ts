/** How much of something an app may do. */
export type AppAccess = 'read' | 'write';

/**
 * What an app of ours asks for, by GitHub's names. Without a schema: the page that shows it before anything is made loads
 * no schema library. Metadata is not asked for: every app has it.
 */
export const APP_PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  checks: 'read',
  actions: 'read',
  statuses: 'read',
  issues: 'write',
} as const satisfies Readonly<Record<string, AppAccess>>;
export type AppPermission = keyof typeof APP_PERMISSIONS;

/** Deliveries that make something worth a look. An app may have them for the permissions above. */
export const APP_EVENTS = [
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_review_thread',
  'check_run',
  'check_suite',
  'status',
  'workflow_run',
  'issue_comment',
  'push',
] as const;
export type AppEvent = (typeof APP_EVENTS)[number];
