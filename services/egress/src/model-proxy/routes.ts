/** What may be asked of the provider, and what of it costs money. */
const ROUTES: Readonly<Record<string, { method: string; metered: boolean }>> = {
  '/v1/messages': { method: 'POST', metered: true },
  '/v1/messages/count_tokens': { method: 'POST', metered: false },
  '/v1/models': { method: 'GET', metered: false },
};

export const ALLOWED_PATHS = Object.keys(ROUTES);

export function routeOf(method: string | undefined, path: string): { metered: boolean } | null {
  const route = ROUTES[path];
  return route !== undefined && route.method === method ? route : null;
}
