import type { Role } from './workspace/events.ts';

const RANK: Readonly<Record<Role, number>> = { viewer: 1, editor: 2, owner: 3 };

export function hasRole(actual: Role, needed: Role): boolean {
  return RANK[actual] >= RANK[needed];
}

/**
 * What a route asks of its caller: nothing, a logged-in member of any role, at least this role, or to be an owner of the
 * installation: of the workspace that the set-up made. What concerns every workspace is theirs alone.
 */
export type Access = 'public' | Role | 'installation';

/**
 * The one place that says who may do what. The gateway guards its routes by it and refuses to start when the two disagree;
 * the pages offer what it allows. `HEAD` follows `GET`.
 */
export const ROUTES = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /metrics': 'public',
  'GET /*': 'public',
  'POST /webhooks/github': 'public',
  // Of hosts: they show a token of their own, which is no person's.
  'GET /hosts/blobs/:blobId': 'public',
  'PUT /hosts/blobs/:blobId': 'public',
  'GET /hosts/model': 'public',
  'GET /hosts/model/*': 'public',
  'POST /hosts/model/*': 'public',
  'POST /hosts/mcp': 'public',

  'POST /api/setup': 'public',
  'POST /api/login': 'public',
  'POST /api/logout': 'public',
  'GET /api/session': 'public',
  'POST /api/invites/accept': 'public',
  'POST /api/password/reset': 'public',
  'GET /api/openapi.json': 'public',

  'GET /api/sessions': 'viewer',
  'DELETE /api/sessions/:id': 'viewer',
  'GET /api/tokens': 'viewer',
  'POST /api/tokens': 'viewer',
  'DELETE /api/tokens/:id': 'viewer',
  'POST /api/password': 'viewer',
  'GET /api/preferences': 'viewer',
  'PUT /api/preferences': 'viewer',
  'GET /api/members': 'viewer',
  'PATCH /api/members/:id': 'owner',
  'DELETE /api/members/:id': 'owner',
  'POST /api/members/:id/password-link': 'owner',
  // Of oneself, or by an owner; the route looks which.
  'DELETE /api/members/:id/personal-data': 'viewer',
  'GET /api/invites': 'owner',
  'POST /api/invites': 'owner',
  'DELETE /api/invites/:id': 'owner',

  'GET /api/unsandboxed-agents': 'viewer',
  // An agent without a sandbox can read what belongs to every workspace; to take it back concerns one's own.
  'PUT /api/unsandboxed-agents': 'installation',
  'DELETE /api/unsandboxed-agents': 'owner',

  'GET /api/board': 'viewer',
  'GET /api/at/:position/board': 'viewer',
  'GET /api/at/:position/tasks/:id': 'viewer',
  'GET /api/attention': 'viewer',
  'GET /api/rows/:kind': 'viewer',
  'GET /api/services': 'viewer',
  'GET /api/health': 'viewer',
  'POST /api/read-models/:name/rebuild': 'installation',
  'POST /api/read-models/:name/rebuild/cancel': 'installation',
  'POST /api/read-models/:name/resume': 'installation',
  'POST /api/process-managers/:name/resume': 'installation',
  'GET /api/sample': 'viewer',
  'GET /api/workflows': 'viewer',
  'GET /api/events': 'viewer',
  'GET /api/stream': 'viewer',

  'GET /api/tasks': 'viewer',
  'POST /api/tasks': 'editor',
  'GET /api/tasks/:id': 'viewer',
  'PATCH /api/tasks/:id': 'editor',
  'DELETE /api/tasks/:id': 'editor',
  'POST /api/tasks/:id/execute': 'editor',
  'POST /api/tasks/:id/pause': 'editor',
  'POST /api/tasks/:id/resume': 'editor',
  'POST /api/tasks/:id/cancel': 'editor',
  'POST /api/tasks/:id/retry': 'editor',
  'POST /api/tasks/:id/rounds': 'editor',
  'POST /api/tasks/:id/attempts/:instanceId/choose': 'editor',
  'POST /api/tasks/:id/messages': 'editor',
  'GET /api/tasks/:id/rows': 'viewer',
  'GET /api/tasks/:id/events': 'viewer',
  'GET /api/tasks/:id/log': 'viewer',
  'GET /api/tasks/:id/changes': 'viewer',
  'GET /api/tasks/:id/changes/file': 'viewer',
  'GET /api/tasks/:id/changes/line': 'viewer',
  'GET /api/tasks/:id/changes/image': 'viewer',
  'GET /api/tasks/:id/phases': 'viewer',
  'GET /api/tasks/:id/reviews': 'viewer',
  'GET /api/tasks/:id/questions': 'viewer',
  'GET /api/tasks/:id/dependencies': 'viewer',
  'GET /api/tasks/:id/instances': 'viewer',
  'GET /api/tasks/:id/documents': 'viewer',
  'GET /api/tasks/:id/blobs/:blobId': 'viewer',
  'GET /api/tasks/:id/stream': 'viewer',

  'PATCH /api/issue-proposals/:id/accept': 'editor',
  'PATCH /api/issue-proposals/:id/decline': 'editor',

  'GET /api/reviews/:id': 'viewer',
  'POST /api/reviews/:id/comments': 'editor',
  'PATCH /api/reviews/:id/comments/:commentId': 'editor',
  'DELETE /api/reviews/:id/comments/:commentId': 'editor',
  'PUT /api/reviews/:id/files': 'editor',
  'PUT /api/reviews/:id/documents': 'editor',
  'POST /api/threads/:id/replies': 'editor',
  'PATCH /api/threads/:id/resolve': 'editor',
  'PATCH /api/threads/:id/unresolve': 'editor',
  'POST /api/threads/:id/send': 'editor',
  'PATCH /api/reviews/:id/approve': 'editor',
  'PATCH /api/reviews/:id/request-changes': 'editor',
  'PATCH /api/reviews/:id/reject': 'editor',

  'POST /api/questions/:id/answer': 'editor',
  'POST /api/dependencies/:id/provide': 'editor',
  'POST /api/dependencies/:id/decline': 'editor',
  'GET /api/secrets/key': 'editor',
  'GET /api/secrets': 'editor',
  'DELETE /api/secrets/:id': 'editor',

  'GET /api/repositories': 'viewer',
  'POST /api/repositories': 'owner',
  'GET /api/repositories/:id': 'viewer',
  'PATCH /api/repositories/:id': 'owner',
  'DELETE /api/repositories/:id': 'owner',
  'POST /api/repositories/:id/refresh': 'editor',
  'GET /api/repositories/:id/issues': 'viewer',
  'GET /api/repositories/:id/issues/:number': 'viewer',
  'POST /api/repositories/:id/issues/tasks': 'editor',

  'GET /api/forges': 'viewer',
  'PUT /api/forges/:provider': 'owner',
  'DELETE /api/forges/:provider': 'owner',
  'GET /api/forges/:provider/budget': 'owner',
  'GET /api/forges/:provider/repositories': 'editor',
  'GET /api/forges/:provider/logins': 'owner',
  'PUT /api/forges/:provider/logins/:login': 'owner',
  'GET /api/forges/:provider/resync': 'owner',
  'POST /api/forges/:provider/resync': 'owner',
  // A webhook of the environment hears of repositories of every workspace.
  'GET /api/forges/:provider/deliveries': 'installation',
  'GET /api/forges/:provider/deliveries/:id': 'installation',
  'POST /api/forges/:provider/deliveries/:id/replay': 'installation',
  'GET /api/forges/:provider/app': 'owner',
  'POST /api/forges/:provider/app': 'owner',
  'POST /api/forges/:provider/app/code': 'owner',
  'POST /api/forges/:provider/app/installation': 'owner',

  'GET /api/pull-requests/:id': 'viewer',
  'POST /api/pull-requests/:id/publish': 'editor',
  'POST /api/pull-requests/:id/merge': 'editor',
  'DELETE /api/pull-requests/:id/merge': 'editor',
  'POST /api/pull-requests/:id/update': 'editor',
  'POST /api/pull-requests/:id/send-back': 'editor',
  'POST /api/pull-requests/:id/close': 'editor',

  'GET /api/instances': 'viewer',
  'GET /api/instances/:id': 'viewer',
  'DELETE /api/instances/:id': 'editor',
  'GET /api/instances/:id/journal': 'viewer',
  'GET /api/instances/:id/terminal': 'viewer',
} as const satisfies Record<string, Access>;

export type Route = keyof typeof ROUTES;

/** Who somebody is here: `ownsInstallation` says that this is the workspace the set-up made, and they own it. */
export interface Standing {
  readonly role: Role;
  readonly ownsInstallation: boolean;
}

/** Whether somebody may use a route; null: nobody is logged in. */
export function may(who: Standing | null, access: Access): boolean {
  if (access === 'public') return true;
  if (who === null) return false;
  return access === 'installation' ? who.ownsInstallation : hasRole(who.role, access);
}
