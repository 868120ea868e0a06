import type { Change } from '@claude-codex/forges/forge';
import type { ThreadForge } from '@claude-codex/forges/forge-threads';
import type { Conditional } from '../../../api/conditional.ts';
import { mayPush } from '../../../api/may-push.ts';
import type { Clients } from '../../../connections/clients.ts';
import { placeOf } from '../place.ts';
import { unlessRefused } from '../refused.ts';
import { readThreads } from './read.ts';
import { beginThread, replyInThread, settleThread } from './write.ts';

/** Review threads of pull requests on GitHub. */
export function createGithubThreads(clients: Pick<Clients, 'ofConnection'>, ask: Conditional): ThreadForge {
  return {
    read: async (change) => readThreads(await placeOf(clients, change), numberOf(change)),
    mayWrite: async (change, login) => mayPush(await placeOf(clients, change), ask, login),
    async begin(change, opening) {
      const place = await placeOf(clients, change);
      const { headSha } = change;
      return unlessRefused(() => beginThread(place, { number: numberOf(change), headSha }, opening));
    },
    async reply(change, commentId, saying) {
      const place = await placeOf(clients, change);
      return unlessRefused(() => replyInThread(place, { number: numberOf(change), commentId }, saying));
    },
    async settle(change, threadId, status) {
      const place = await placeOf(clients, change);
      return unlessRefused(async () => {
        await settleThread(place, threadId, status);
        return { ok: true } as const;
      });
    },
  };
}

function numberOf({ number }: Change): number {
  if (number === null) throw new Error('a change that stands nowhere has no threads there');
  return number;
}
