import type { FastifySchema, RouteOptions } from 'fastify';

/** What a route says about itself beside its schemas; it ends up in the OpenAPI document. */
declare module 'fastify' {
  interface FastifySchema {
    operationId?: string;
    summary?: string;
    description?: string;
    tags?: readonly string[];
    /** Left out of the OpenAPI document: health, metrics, static files. */
    hide?: boolean;
  }
}

export interface RecordedRoute {
  method: string;
  url: string;
  schema: FastifySchema;
}

const routes = new WeakMap<object, RecordedRoute[]>();

/** Remembers a route of an app, for 405 answers and the OpenAPI document. */
export function recordRoute(app: object, route: RouteOptions): void {
  const methods = Array.isArray(route.method) ? route.method : [route.method];
  const known = routes.get(app) ?? [];
  known.push(...methods.map((method) => ({ method, url: route.url, schema: route.schema ?? {} })));
  routes.set(app, known);
}

/** Every route registered so far, with its full address. */
export function routesOf(app: object): readonly RecordedRoute[] {
  return routes.get(app) ?? [];
}
