import type { Action } from './action.ts';
import { agentActions } from './agent-actions.ts';
import { attemptActions } from './attempts.ts';
import { forgeActions } from './forge-actions.ts';
import { lifecycleActions } from './lifecycle-actions.ts';
import { proposalActions } from './proposal-actions.ts';
import { requestActions } from './request-actions.ts';
import { reviewActions } from './review-actions.ts';
import { threadActions } from './thread-actions.ts';

export const ACTIONS: readonly Action[] = [
  ...lifecycleActions,
  ...attemptActions,
  ...agentActions,
  ...requestActions,
  ...reviewActions,
  ...forgeActions,
  ...threadActions,
  ...proposalActions,
];
