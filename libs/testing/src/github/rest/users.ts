import { ok } from '../http/answers.ts';
import { overview } from '../http/limits.ts';
import { type Route, tokenRoute } from '../http/routes.ts';
import { Refusal } from '../refusal.ts';
import { privateUser } from '../shapes/user.ts';

export const USER_ROUTES: readonly Route[] = [
  tokenRoute('users/get-authenticated', 'GET', '/user', ({ world, token }) => {
    if (token.installation !== null) throw new Refusal(403, 'Resource not accessible by integration');
    return ok(privateUser(world.at, token.account));
  }),

  tokenRoute('rate-limit/get', 'GET', '/rate_limit', ({ token }) => {
    const core = overview(token.rate);
    const search = { limit: 30, used: 0, remaining: 30, reset: core.reset };
    return ok({ resources: { core, search, graphql: overview(token.points) }, rate: core });
  }),
];
