import { describe, expect, it } from 'vitest';
import { type Access, may, ROUTES, type Route, type Standing } from './access.ts';

const WHO = {
  stranger: null,
  viewer: { role: 'viewer', ownsInstallation: false },
  editor: { role: 'editor', ownsInstallation: false },
  owner: { role: 'owner', ownsInstallation: false },
  installation: { role: 'owner', ownsInstallation: true },
} as const satisfies Record<string, Standing | null>;
const EVERYBODY = Object.keys(WHO) as (keyof typeof WHO)[];
/** The first of `EVERYBODY` who may. */
const FIRST: Record<Access, keyof typeof WHO> = {
  public: 'stranger',
  viewer: 'viewer',
  editor: 'editor',
  owner: 'owner',
  installation: 'installation',
};

describe('who may do what', () => {
  it.each(Object.entries(ROUTES))('%s: %s and whoever may more', (route, access) => {
    const allowed = EVERYBODY.filter((who) => may(WHO[who], ROUTES[route as Route]));
    expect(allowed).toEqual(EVERYBODY.slice(EVERYBODY.indexOf(FIRST[access])));
  });

  // Written out once more by hand: what an owner keeps to themselves changes by no slip of a line.
  it('owners alone say who belongs here, which repositories and which forges; the first workspace’s, what concerns everybody', () => {
    const of = (access: string) => Object.entries(ROUTES).flatMap(([route, a]) => (a === access ? [route] : []));
    expect(of('owner')).toEqual([
      'PATCH /api/members/:id',
      'DELETE /api/members/:id',
      'POST /api/members/:id/password-link',
      'GET /api/invites',
      'POST /api/invites',
      'DELETE /api/invites/:id',
      'DELETE /api/unsandboxed-agents',
      'POST /api/repositories',
      'PATCH /api/repositories/:id',
      'DELETE /api/repositories/:id',
      'PUT /api/forges/:provider',
      'DELETE /api/forges/:provider',
      'GET /api/forges/:provider/budget',
      'GET /api/forges/:provider/logins',
      'PUT /api/forges/:provider/logins/:login',
      'GET /api/forges/:provider/resync',
      'POST /api/forges/:provider/resync',
      'GET /api/forges/:provider/app',
      'POST /api/forges/:provider/app',
      'POST /api/forges/:provider/app/code',
      'POST /api/forges/:provider/app/installation',
    ]);
    expect(of('installation')).toEqual([
      'PUT /api/unsandboxed-agents',
      'POST /api/read-models/:name/rebuild',
      'POST /api/read-models/:name/rebuild/cancel',
      'POST /api/read-models/:name/resume',
      'POST /api/process-managers/:name/resume',
      'GET /api/forges/:provider/deliveries',
      'GET /api/forges/:provider/deliveries/:id',
      'POST /api/forges/:provider/deliveries/:id/replay',
    ]);
  });
});
