import { INSTALLATION, streamOf } from '@claude-codex/contracts';
import { type PullRequestCommand, pullRequestDecider } from '@claude-codex/domain/pull-request/index';
import { type CommandMeta, DomainError, type EventStore, fold, handleCommand } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit';
import { z } from 'zod';
import type { Delivery, Outcome } from '../webhooks/routes.ts';
import { githubPullRequestId } from './pull-request-id.ts';

/** The part of GitHub's `pull_request` event that matters here. */
const Payload = z.object({
  action: z.string(),
  pull_request: z.object({
    html_url: z.url({ protocol: /^https$/ }),
    merged: z.boolean().nullish(),
    merge_commit_sha: z.string().nullish(),
  }),
});

/** A pull request was closed or merged on GitHub: the same becomes true here. */
export async function onPullRequest(store: EventStore, { payload, bodyHash, deliveryId }: Delivery): Promise<Outcome> {
  const parsed = Payload.safeParse(payload);
  if (!parsed.success) return { status: 'ignored', reason: 'not a pull request event as GitHub documents it' };
  const { action, pull_request: pullRequest } = parsed.data;
  if (action !== 'closed') return { status: 'ignored', reason: `nothing follows from "${action}"` };

  const stream = streamOf('pullrequest', githubPullRequestId(pullRequest.html_url));
  const history = await store.readStream(stream);
  const state = fold(pullRequestDecider, history);
  if (state.status === 'none') return { status: 'ignored', reason: 'no task has this pull request' };

  const mergeSha = pullRequest.merged === true ? (pullRequest.merge_commit_sha ?? null) : null;
  // GitHub does not say how it was merged; the strategy asked for here is the best guess there is.
  const strategy = 'strategy' in state ? state.strategy : 'merge';
  const command: PullRequestCommand =
    mergeSha === null
      ? { type: 'ClosePullRequest', reason: 'closed on GitHub' }
      : { type: 'RecordMerge', mergeSha, strategy };
  const meta: CommandMeta = {
    actor: { kind: 'system', id: 'github-sync' },
    causedBy: null,
    correlationId: deliveryId === '' ? bodyHash : deliveryId,
    causationId: null,
    workspaceId: history[0]?.meta.workspaceId ?? INSTALLATION,
  };
  return record(store, { commandId: idFrom('github-delivery', bodyHash), meta, stream, command });
}

async function record(
  store: EventStore,
  request: { commandId: string; meta: CommandMeta; stream: string; command: PullRequestCommand },
): Promise<Outcome> {
  try {
    const { duplicate, position } = await handleCommand(store, { ...request, decider: pullRequestDecider });
    if (duplicate) return { status: 'duplicate', reason: 'this delivery was handled before' };
    if (position === null) return { status: 'ignored', reason: 'this was known already' };
    return { status: 'done', reason: request.command.type };
  } catch (error) {
    // An old delivery after a newer one: what is known stays.
    if (error instanceof DomainError) return { status: 'ignored', reason: error.code };
    throw error;
  }
}
