import { EVENT_TYPES, type EventType, type NewEvent, streamOf } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { pullRequestDecider } from '@claude-codex/domain';
import { created } from '@claude-codex/domain/spec/samples';
import { createMemoryEventStore, createSchemaRegistry, type EventStore, loadState } from '@claude-codex/eventing';
import { forgeRefusal } from '@claude-codex/forges/forge';
import type { ThreadForge } from '@claude-codex/forges/forge-threads';
import { ForgeAway, type RemoteForge } from '@claude-codex/forges/remote-forge';
import { systemClock } from '@claude-codex/service-kit/clock';
import { idFrom } from '@claude-codex/service-kit/ids';
import { createLogger } from '@claude-codex/service-kit/log';
import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach, expect } from 'vitest';
import { type Desk, openDesk } from './desk.ts';

export const [ID, TASK, REPOSITORY] = [idFrom('pull-request'), idFrom('task'), idFrom('repository')];
export const STREAM = streamOf('pullrequest', ID);
export const PLACE = { number: 7, url: 'https://github.com/team/shop/pull/7' };
export const TEXT = { title: 'T', draft: false, baseBranch: 'main' };
export const UNSAID = { text: TEXT, rules: null, judged: null, reviews: [], comments: [], isDiscussed: false };
export const CHECKS = { headSha: 'h', verdict: 'passed' as const, checks: [] };

export let store: EventStore;
export let desk: Desk;
/** What the forge is asked for, and how it answers in place of what it does by itself. */
export let asked: string[];
export let answers: Partial<RemoteForge>;

/** The forge at which everything succeeds. */
const CALM: RemoteForge = {
  provider: 'github',
  publish: async () => ({ ok: true, ...PLACE }),
  merge: async () => ({ ok: true, mergeSha: 'm', repository: null }),
  update: async () => ({ ok: true, headSha: 'h', changes: null }),
  withdraw: async () => ({ mergeSha: null }),
  look: async () => ({ state: 'open', checks: CHECKS, ...UNSAID }),
  say: () => Promise.resolve(),
};

/** Nobody says anything of lines. */
const UNSPOKEN: ThreadForge = {
  read: async () => [],
  mayWrite: async () => false,
  begin: async () => forgeRefusal('NOTHING', 'Nothing is sent.'),
  reply: async () => forgeRefusal('NOTHING', 'Nothing is sent.'),
  settle: async () => ({ ok: true }),
};

/** A desk at a pull request that is opened, anew for each test of the file that calls this. */
export function useDesk(): void {
  beforeEach(async () => {
    store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
    asked = [];
    answers = {};
    const forge = new Proxy(CALM, {
      get: (calm, name: keyof RemoteForge) => {
        if (name === 'provider') return calm.provider;
        return (...args: unknown[]) => {
          asked.push(name);
          return ((answers[name] ?? calm[name]) as (...all: unknown[]) => unknown)(...args);
        };
      },
    });
    const source = {
      kind: 'forge',
      provider: 'github',
      connectionId: REPOSITORY,
      slug: 'team/shop',
      url: 'https://x/y',
    };
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
    await append(streamOf('repository', REPOSITORY), 'RepositoryConnected', { ...settings, source });
    await append(streamOf('task', TASK), 'TaskCreated', { ...created.data, repositoryId: REPOSITORY });
    await append(streamOf('task', TASK), 'TaskQueued', {});
    await append(STREAM, 'PullRequestOpened', {
      ...{ taskId: TASK, repositoryId: REPOSITORY, provider: 'github', number: null, url: null, branch: 'b' },
      ...{ baseBranch: 'main', headSha: 'h', title: 'T', body: '', draft: false },
    });
    desk = openDesk({
      store,
      forge,
      threads: UNSPOKEN,
      log: createLogger({ service: 'test', level: 'silent' }),
      clock: systemClock,
      isFollowed: () => true,
      isNewest: () => true,
      saidBefore: () => new Set(['comment-1']),
      pollMs: 50,
      publicUrl: 'https://codex.example.org',
      onLooked: () => undefined,
    });
  });
  afterEach(() => desk.stop());
}

let commands = 0;
export async function append(stream: string, type: EventType, data: object): Promise<void> {
  const actor = { kind: 'person' as const, id: 'ada' };
  const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId: REPOSITORY };
  const expectedVersion = (await store.readStream(stream)).length;
  commands += 1;
  const events = [{ type, data }] as NewEvent[];
  const { status } = await store.append({
    commandId: `t${commands}`,
    meta,
    writes: [{ stream, expectedVersion, events }],
  });
  expect(status).toBe('appended');
}

export const types = async (stream: string = STREAM): Promise<string[]> =>
  (await store.readStream(stream)).map(({ type }) => type);
export const until = (what: string, stream: string, type: EventType) =>
  waitFor(what, async () => (await types(stream)).includes(type) || null, { timeoutMs: 10_000 });
export const seen = (type: EventType) => until(type, STREAM, type);
export const status = async () => (await loadState(store, STREAM, pullRequestDecider)).status;
export const away = (why: ForgeAway['why']) => () => Promise.reject(new ForgeAway(why, 'Away.'));
