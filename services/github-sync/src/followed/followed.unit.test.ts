import { type EventData, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { expect, it } from 'vitest';
import { Followed } from './followed.ts';

let position = 0;
function event(stream: string, type: string, data: object): RecordedDomainEvent {
  position += 1;
  const meta = { actor: { kind: 'system', id: 'test' }, causedBy: null, correlationId: 'c', causationId: null };
  const rest = { eventId: `e${position}`, version: 1, schemaVersion: 1, at: '2026-01-01T00:00:00.000Z', hash: '' };
  return { position, stream, type, data, meta: { ...meta, commandId: 'x', workspaceId: 'w' }, ...rest } as never;
}
const settings = {
  name: 'shop',
  baseBranch: null,
  checkCommand: null,
  requireGreen: false,
  defaultBranch: 'main',
  followThrough: FOLLOW_THROUGH,
  sendsThreads: true,
  issues: ISSUE_SETTINGS,
};
const connected = (slug: string) =>
  event(streamOf('repository', 'r'), 'RepositoryConnected', {
    ...settings,
    source: { kind: 'forge', provider: 'github', connectionId: 'c', slug, url: 'https://github.com/team/shop.git' },
  });
const opened = (id: string, provider = 'github') =>
  event(streamOf('pullrequest', id), 'PullRequestOpened', {
    ...{ taskId: 't', repositoryId: 'r', provider, number: null, url: null, branch: 'codex/1-greet-a1' },
    ...{ baseBranch: 'main', headSha: 'h', title: 'T', body: '', draft: false },
  });
const published = (id: string, number: number) =>
  event(streamOf('pullrequest', id), 'PullRequestPublished', { number, url: 'https://github.com/team/shop/pull/7' });
const closed = (id: string, atForge: EventData<'PullRequestClosed'>['atForge']) =>
  event(streamOf('pullrequest', id), 'PullRequestClosed', { reason: '', atForge });

function after(...events: RecordedDomainEvent[]) {
  const followed = new Followed('github');
  const touched = events.map((one) => followed.apply(one));
  return { followed, touched: touched.at(-1) };
}

it('finds a pull request by where it stands, whatever the case of its repository', () => {
  const { followed } = after(connected('Team/Shop'), opened('p'), published('p', 7));
  expect(followed.inRepository('team/shop', ({ number }) => number === 7)).toEqual(['p']);
  expect(followed.inRepository('team/shop', ({ branch }) => branch === 'codex/1-greet-a1')).toEqual(['p']);
  expect(followed.inRepository('team/other', () => true)).toEqual([]);
});

it('leaves those of another forge alone', () => {
  expect(after(connected('team/shop'), opened('p', 'local')).followed.pullRequests()).toEqual([]);
});

it.each([
  ['merged', [event(streamOf('pullrequest', 'p'), 'PullRequestMerged', { mergeSha: 'm', strategy: 'merge' })], []],
  ['closed there, and may be opened again', [closed('p', 'closed')], ['p']],
  ['to be closed there', [closed('p', 'to_close')], ['p']],
  [
    'closed there at last',
    [closed('p', 'to_close'), event(streamOf('pullrequest', 'p'), 'PullRequestWithdrawn', { left: false })],
    ['p'],
  ],
  ['made way for more work', [closed('p', 'stays_open')], ['p']],
  ['made way, and the next one took its place', [closed('p', 'stays_open'), opened('q')], ['q']],
  ['made way, and is closed for good', [closed('p', 'stays_open'), closed('p', 'to_close')], ['p']],
])('one that is %s', (_what, events, left) => {
  expect(after(connected('team/shop'), opened('p'), published('p', 7), ...events).followed.pullRequests()).toEqual(
    left,
  );
});

it('one that is closed there is found by its number alone, and forgotten a month later', () => {
  const { followed } = after(connected('team/shop'), opened('p'), published('p', 7), closed('p', 'closed'));
  expect(followed.ofConnection('c')).toEqual([]);
  followed.apply(event(streamOf('pullrequest', 'p'), 'PullRequestReopened', { why: null }));
  expect(followed.ofConnection('c')).toEqual(['p']);
  followed.apply(closed('p', 'closed'));
  for (const one of [opened('q'), published('q', 8)]) followed.apply(one);
  expect([followed.isNewest('p'), followed.isNewest('q')]).toEqual([false, true]);
  followed.apply({ ...closed('q', 'closed'), at: '2026-02-01T00:00:00.000Z' });
  expect(followed.pullRequests()).toEqual(['q']);
  for (let nth = 0; nth < 100; nth += 1) {
    followed.apply(opened(`r${nth}`));
    followed.apply({
      ...closed(`r${nth}`, 'closed'),
      at: `2026-02-01T00:${String(nth % 60).padStart(2, '0')}:30.000Z`,
    });
  }
  expect(followed.pullRequests()).toHaveLength(100);
  expect(followed.isFollowed('q')).toBe(false);
});

it('what is said of lines of a task’s work wakes the pull request it stands in', () => {
  const { followed } = after(connected('team/shop'), opened('p'), published('p', 7));
  const said = (taskId: string) => event(streamOf('thread', 't'), 'ThreadResolved', { taskId });
  expect(followed.apply(said('t')).pullRequestId).toBe('p');
  expect(followed.apply(said('another')).pullRequestId).toBeNull();
});

it('what was said of one that made way is known of the one that takes its place', () => {
  const said = (id: string) => event(streamOf('pullrequest', 'p'), 'PullRequestCommented', { id });
  const { followed } = after(
    connected('team/shop'),
    opened('p'),
    published('p', 7),
    said('comment-1'),
    said('comment-2'),
  );
  for (const one of [closed('p', 'stays_open'), opened('q')]) followed.apply(one);
  expect([...followed.remarksOf('q')]).toEqual(['comment-1', 'comment-2']);
  expect([...followed.remarksOf('p')]).toEqual([]);
});
