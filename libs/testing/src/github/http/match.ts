import type { Route } from './routes.ts';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** @returns for a method and a path below the API's address the route and what the names in braces stand for. */
export function createMatcher(routes: readonly Route[]): (method: string, path: string) => Match | null {
  const patterns = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return (method, path) => {
    for (const { route, pattern } of patterns) {
      const groups = route.method === method ? pattern.exec(path)?.groups : undefined;
      if (groups === undefined) continue;
      const decoded = Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { route, params: Object.fromEntries(decoded) };
    }
    return null;
  };
}

/** Names of branches have slashes, which clients send as they are. */
const WITH_SLASHES = new Set(['ref', 'branch']);

function patternOf(path: string): RegExp {
  const source = path.replace(/\{(\w+)\}/g, (_, name) => `(?<${name}>${WITH_SLASHES.has(name) ? '.+' : '[^/]+'})`);
  // The empty group at the end makes `groups` be there for a path without names.
  return new RegExp(`^${source}(?<end>)$`);
}
