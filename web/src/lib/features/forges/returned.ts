/** What a browser comes back with from the forge, in the address of the page. */
export type Returned =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'made'; readonly state: string; readonly code: string }
  | { readonly kind: 'installed'; readonly state: string; readonly installationId: number }
  /** Somebody else has to agree there first. */
  | { readonly kind: 'requested' }
  /** Something of it is missing. */
  | { readonly kind: 'unclear' };

export function returnedIn(query: Pick<URLSearchParams, 'get'>): Returned {
  const [state, code, installation] = ['state', 'code', 'installation_id'].map((name) => query.get(name));
  if (query.get('setup_action') === 'request') return { kind: 'requested' };
  if (state && code) return { kind: 'made', state, code };
  const installationId = Number(installation);
  if (state && installation && Number.isSafeInteger(installationId) && installationId > 0) {
    return { kind: 'installed', state, installationId };
  }
  return state || code || installation ? { kind: 'unclear' } : { kind: 'nothing' };
}
