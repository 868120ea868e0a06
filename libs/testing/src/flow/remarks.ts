import { SYSTEM } from './streams.ts';
import { sha, type World } from './world.ts';

/** What a person says of a pull request at its forge, in a review and beside it. */
export function remark(world: World, where: Parameters<World['record']>[0], number: number): void {
  const url = `https://github.com/team/shop/pull/${number}`;
  const said = { author: 'grace', mayWrite: true, body: 'Why not a map?', url, at: '2026-01-01T00:00:00Z' };
  const line = {
    id: 'line-1',
    path: 'src/a.ts',
    line: 3,
    side: 'new',
    body: 'This one.',
    url,
    threadId: world.id(),
  } as const;
  const read = { comments: [line], headSha: sha(`${number}-head`, 40) };
  const verdict = (['approved', 'changes_requested', 'commented', 'dismissed'] as const)[number % 4] ?? 'commented';
  world.record(where, 'PullRequestReviewed', { id: 'review-1', ...said, verdict, ...read }, SYSTEM);
  world.record(where, 'PullRequestCommented', { id: 'comment-1', ...said }, SYSTEM);
}
