import { type Access, ROUTES } from '@claude-codex/contracts/access';

export type { Access } from '@claude-codex/contracts/access';

/** Deny by default: a route that is missing there stops the start, and so does an entry without a route. */
export const POLICY: Readonly<Record<string, Access>> = ROUTES;

/**
 * What makes or ends somebody's way in, what cannot be made good, and what lets agents read the server's own keys: a person
 * does it in a browser. A token is refused whatever its scope, so that one that leaked is worth no more than itself and ends
 * when it is revoked.
 */
export const BY_HAND: ReadonlySet<string> = new Set([
  'DELETE /api/sessions/:id',
  'POST /api/tokens',
  'DELETE /api/tokens/:id',
  'POST /api/password',
  'PATCH /api/members/:id',
  'DELETE /api/members/:id',
  'DELETE /api/members/:id/personal-data',
  'POST /api/members/:id/password-link',
  'POST /api/invites',
  'DELETE /api/invites/:id',
  'PUT /api/unsandboxed-agents',
]);

export function isByHand(method: string, url: string): boolean {
  return BY_HAND.has(`${method} ${url}`);
}

/** The access a route needs; null when the policy does not know it, which means nobody may. */
export function accessOf(method: string, url: string): Access | null {
  return POLICY[`${method === 'HEAD' ? 'GET' : method} ${url}`] ?? null;
}

/** Throws, naming every route without a policy and every policy without a route. */
export function checkPolicy(routes: readonly { method: string; url: string }[]): void {
  const known = new Set(routes.filter(({ method }) => method !== 'HEAD').map(({ method, url }) => `${method} ${url}`));
  const unguarded = [...known].filter((route) => !(route in POLICY));
  const dead = [...Object.keys(POLICY), ...BY_HAND].filter((route) => !known.has(route));
  if (unguarded.length === 0 && dead.length === 0) return;
  throw new Error(`Routes without a policy: [${unguarded.join(', ')}]; policies without a route: [${dead.join(', ')}]`);
}
