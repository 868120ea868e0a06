import { onPullRequest } from '../pull-requests/on-pull-request.ts';
import type { Handler } from './routes.ts';

/** What is done for each family of deliveries, by the name in `X-GitHub-Event`. Of any other one nothing follows. */
export const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['ping', () => ({ status: 'done', reason: 'pong' })],
  ['pull_request', onPullRequest],
]);
