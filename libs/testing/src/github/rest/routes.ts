import type { Route } from '../http/routes.ts';
import { MERGE_ROUTES } from './merges.ts';
import { PULL_ROUTES } from './pulls.ts';
import { REPOSITORY_ROUTES } from './repositories.ts';
import { USER_ROUTES } from './users.ts';

export const API_ROUTES: readonly Route[] = [...USER_ROUTES, ...REPOSITORY_ROUTES, ...PULL_ROUTES, ...MERGE_ROUTES];
