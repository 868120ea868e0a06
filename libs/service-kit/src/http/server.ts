import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import Fastify, { LogController } from 'fastify';
import { Registry } from 'prom-client';
import type { z } from 'zod';
import type { Logger } from '../log.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { handleError } from './error-handler.ts';
import { hearOut } from './hear-out.ts';
import type { HttpServer } from './http-server.ts';
import { type BrokenText, parseJsonBody } from './json-body.ts';
import { answerNotFound } from './not-found.ts';
import type { ReadinessCheck } from './observability.ts';
import { addObservability } from './observability.ts';
import { Problem } from './problem.ts';
import { recordRoute, routesOf } from './routes.ts';
import type { ZodTypeProvider } from './zod-provider.ts';
import { zodSerializer, zodValidator } from './zod-provider.ts';

export type { HttpServer } from './http-server.ts';

export interface HttpServerOptions {
  log: Logger;
  /** Largest body in bytes; a route may set its own `bodyLimit`. Default 1 MiB. */
  bodyLimit?: number;
  /** Named checks behind /readyz; each throws when its part cannot serve. */
  ready?: Record<string, ReadinessCheck>;
  metrics?: Registry;
  /** A better name for an error of a part this server stands on; others go through as they are. */
  explain?: (error: Error) => Error;
  /** Addresses and networks of our own reverse proxies, whose X-Forwarded-* is believed. Default: nobody's. */
  trustProxy?: readonly string[];
  /** Default `refused`. */
  brokenText?: BrokenText;
}

const MIB = 1024 * 1024;
const REQUEST_ID = /^[\w.-]{8,64}$/;
/** Node's default; named because the 431 answer mentions it. */
const MAX_HEADER_BYTES = 16 * 1024;

/**
 * The HTTP server of every service: zod schemas on routes, problem+json for every error, request ids, /healthz,
 * /readyz and /metrics. Routes are added by the caller; nothing listens yet.
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { log, bodyLimit = MIB, ready = {}, metrics = new Registry(), trustProxy = [] } = options;
  const app: HttpServer = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit,
    trustProxy: trustProxy.length === 0 ? false : [...trustProxy],
    requestIdHeader: false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    http: { maxHeaderSize: MAX_HEADER_BYTES },
    frameworkErrors: handleError,
    clientErrorHandler: answerBrokenRequest,
    routerOptions: { maxParamLength: 512 },
  }).withTypeProvider<ZodTypeProvider>();

  app.addHook('onRoute', (route) => recordRoute(app, route));
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (/%00/.test(request.url)) {
      throw new Problem('INVALID_TEXT', { detail: 'The address holds a NUL character.' });
    }
  });
  app.setValidatorCompiler<z.ZodType>(zodValidator);
  app.setSerializerCompiler<z.ZodType>(zodSerializer);
  app.setErrorHandler((error: Error, request, reply) => handleError(options.explain?.(error) ?? error, request, reply));
  app.setNotFoundHandler((request, reply) => answerNotFound(routesOf(app), request, reply));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_request: FastifyRequest, body: string) =>
    body === '' ? undefined : parseJsonBody(body, options.brokenText),
  );
  app.addHook('onSend', async (_request, reply) => {
    // Whoever was too slow has had their time.
    if (reply.statusCode < 400 || reply.statusCode === 408 || reply.request.raw.complete) return;
    reply.removeHeader('connection');
    hearOut(reply.raw);
  });
  app.addHook('preClose', async () => closeAsTheyRest(app));
  addObservability(app, { ready, metrics });
  return app;
}

/**
 * Closing ends the connections that rest at that moment. One whose answer is just on its way rests a moment later, and
 * would keep the server for as long as its client keeps it.
 */
function closeAsTheyRest({ server }: HttpServer): void {
  if (!server.listening) return;
  const timer = setInterval(() => server.closeIdleConnections(), 50);
  server.once('close', () => clearInterval(timer));
}
