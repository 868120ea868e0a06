import { EVENT_TYPES, type NewEvent, streamOf } from '@claude-codex/contracts';
import { taskData } from '@claude-codex/domain/spec/samples';
import { createMemoryEventStore, createSchemaRegistry } from '@claude-codex/eventing';
import type { Change } from '@claude-codex/forges/forge';
import { newId } from '@claude-codex/service-kit/ids';
import { expect, it } from 'vitest';
import { pullRequestText } from './text.ts';

const ISSUE = {
  ...{ kind: 'issue' as const, provider: 'github' as const, slug: 'Team/Shop', number: 12 },
  ...{ url: 'https://github.com/Team/Shop/issues/12', title: 'Greet' },
};

async function textOf(origin: typeof ISSUE | null, words: { title: string; body: string }, slug = 'team/shop') {
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const taskId = newId();
  const events: NewEvent[] = [{ type: 'TaskCreated', data: { ...taskData, origin } }];
  const actor = { kind: 'person' as const, id: 'ada' };
  const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId: newId() };
  await store.append({
    commandId: newId(),
    meta,
    writes: [{ stream: streamOf('task', taskId), expectedVersion: 0, events }],
  });
  const change: Change = {
    ...{ pullRequestId: newId(), taskId, repositoryId: newId(), number: null, draft: false, ...words },
    ...{ branch: 'codex/1-greet-a1', baseBranch: 'main', headSha: 'h' },
    source: { kind: 'forge', provider: 'github', connectionId: newId(), slug, url: `https://github.com/${slug}.git` },
  };
  return pullRequestText({ store, publicUrl: 'https://codex.example' }, change);
}

it('closes the issue the work is from, whatever the case of its repository', async () => {
  const { body } = await textOf(ISSUE, { title: 'Greet', body: 'Says hello.' });
  expect(body).toMatch(/^Says hello\.\n\nCloses #12\n\n---\n\nWork of \[task 1\]\(https:\/\/codex\.example\/tasks\//);
});

it('closes no other issue and calls nobody, whatever is in the words', async () => {
  const { title, body } = await textOf(ISSUE, {
    title: 'Fixes #1 for @ada',
    body: 'Closes #2, fix team/shop#3\n\n@team/all',
  });
  expect(title.replaceAll('\u200b', '')).toBe('Fixes #1 for @ada');
  expect([...`${title}\n${body}`.matchAll(/\b(?:closes|fix|fixes) \S*#\d+/gi)].map(([found]) => found)).toEqual([
    'Closes #12',
  ]);
  expect(`${title}${body}`).not.toMatch(/@[a-z]/i);
});

it('says nothing of an issue of another repository, where its number means something else', async () => {
  expect((await textOf(ISSUE, { title: 'Greet', body: '' }, 'team/other')).body).not.toContain('#12');
});

it('leaves the words of work that somebody thought of here as they are', async () => {
  const words = { title: 'Fixes #1', body: 'Closes #2, says @ada.' };
  expect(await textOf(null, words)).toEqual({
    title: words.title,
    body: expect.stringMatching(/^Closes #2, says @ada\.\n\n---/),
  });
});
