import { type EventData, idOf, isOf, type RecordedDomainEvent, type RepositorySource } from '@claude-codex/contracts';
import type { RemoteForge as RemoteForgeName } from '@claude-codex/contracts/forge';
import type { CommandsFrom } from '@claude-codex/contracts/repository/issue-settings';
import type { Fold } from '@claude-codex/eventing';
import { LOOKED_AT_MS, MOST_CLOSED } from '../looked-at.ts';
import { IssueTasks, issueKey, type KeptIssueTasks } from './issue-tasks.ts';

/** Raised by whoever changes what `Followed` makes of the same events: what an older one kept is then not used. */
export const FOLLOWED_SHAPE = 8;

export interface KeptFollowed extends KeptIssueTasks {
  /** Whose work stood at the forge, over or not: by repository and number, the newest there. */
  readonly offered: ReadonlyMap<string, string>;
  readonly position: number;
  readonly repositories: ReadonlyMap<string, FollowedRepository>;
  readonly pullRequests: ReadonlyMap<string, FollowedPullRequest>;
  /** Proposals with the places of what a person wants opened and is not yet. */
  readonly wanted: ReadonlyMap<string, ReadonlySet<number>>;
}

export interface FollowedRepository
  extends Pick<Extract<RepositorySource, { kind: 'forge' }>, 'slug' | 'connectionId'> {
  readonly commands: CommandsFrom;
  /** When it began to take commands; ISO 8601. */
  readonly since: string;
}

/** What an event is about that something may have to be done for at the forge. */
export interface Touched {
  /** While it is followed. */
  readonly pullRequestId: string | null;
  /** As `IssueTasks` names it. */
  readonly issue: string | null;
  /** It was connected or set up otherwise. */
  readonly repositoryId: string | null;
  /** A person wants issues of it opened. */
  readonly proposalId: string | null;
}

/** One that something is to be done with, or may happen to at its forge: it is not merged, and not closed for long. */
export interface FollowedPullRequest {
  readonly repositoryId: string;
  readonly taskId: string;
  readonly branch: string;
  /** Null until it stands at its forge. */
  readonly number: number | null;
  /** It made way for more work on its branch, whose pull request takes its place. */
  readonly madeWay: boolean;
  /** When it was closed there (ISO 8601), by us or by others; null while it is open. It may be opened again there. */
  readonly closedAt: string | null;
  /** Ids of what people said of it at its forge, and of those before it on its branch. */
  readonly remarks: ReadonlySet<string>;
}

const NOTHING: KeptFollowed = {
  position: 0,
  repositories: new Map(),
  pullRequests: new Map(),
  offered: new Map(),
  wanted: new Map(),
  tasks: new Map(),
  questions: new Map(),
};

/** The repositories at our forge, their pull requests that are not over and the tasks from their issues, by the log. */
export class Followed implements Fold<KeptFollowed> {
  position: number;
  readonly issues: IssueTasks;
  readonly #provider: RemoteForgeName;
  readonly #repositories: Map<string, FollowedRepository>;
  readonly #pullRequests: Map<string, FollowedPullRequest>;
  readonly #offered: Map<string, string>;
  readonly #wanted: Map<string, ReadonlySet<number>>;

  constructor(provider: RemoteForgeName, kept: KeptFollowed = NOTHING) {
    const { position, repositories, pullRequests } = kept;
    this.issues = new IssueTasks(provider, kept);
    this.#provider = provider;
    this.position = position;
    this.#repositories = new Map(repositories);
    this.#pullRequests = new Map(pullRequests);
    this.#offered = new Map(kept.offered);
    this.#wanted = new Map(kept.wanted);
  }

  kept(): KeptFollowed {
    const { position, issues } = this;
    const [repositories, pullRequests] = [this.#repositories, this.#pullRequests];
    const [offered, wanted] = [this.#offered, this.#wanted];
    return { position, repositories, pullRequests, offered, wanted, ...issues.kept() };
  }

  /** Ids. */
  pullRequests(): string[] {
    return [...this.#pullRequests.keys()];
  }

  /** Ids of proposals of which something is to be opened. */
  proposals(): string[] {
    return [...this.#wanted.keys()];
  }

  isFollowed(pullRequestId: string): boolean {
    return this.#pullRequests.has(pullRequestId);
  }

  /** Ids of what people said of it at its forge, as far as it is followed. */
  remarksOf(pullRequestId: string): ReadonlySet<string> {
    return this.#pullRequests.get(pullRequestId)?.remarks ?? new Set();
  }

  /** Those of a repository at the forge, by its `owner/name` in whatever case, that `wanted` is true for. */
  inRepository(slug: string, wanted: (pullRequest: FollowedPullRequest) => boolean): string[] {
    const name = slug.toLowerCase();
    return [...this.#pullRequests]
      .filter(([, one]) => this.#repositories.get(one.repositoryId)?.slug.toLowerCase() === name && wanted(one))
      .map(([id]) => id);
  }

  /** Ids of repositories that take commands from comments; with a `owner/name`, in whatever case, of that place only. */
  listening(slug: string | null = null): string[] {
    const name = slug?.toLowerCase() ?? null;
    const takes = [...this.#repositories].filter(([, { commands }]) => commands !== 'nobody');
    return takes.flatMap(([id, at]) => (name === null || at.slug.toLowerCase() === name ? [id] : []));
  }

  /** Undefined for one that is not at our forge. */
  repository(id: string): FollowedRepository | undefined {
    return this.#repositories.get(id);
  }

  /** The task whose work a pull request is; null for what is not ours. */
  taskOffered(repositoryId: string, number: number): string | null {
    return this.#offered.get(issueKey(repositoryId, number)) ?? null;
  }

  /** Whether no other one of its task was opened after it. */
  isNewest(pullRequestId: string): boolean {
    const known = this.#pullRequests.get(pullRequestId);
    return known !== undefined && this.#newestOf(known.taskId) === pullRequestId;
  }

  /** Those that are open and whose repository a connection reaches. */
  ofConnection(connectionId: string): string[] {
    return [...this.#pullRequests]
      .filter(
        ([, { repositoryId, closedAt }]) =>
          closedAt === null && this.#repositories.get(repositoryId)?.connectionId === connectionId,
      )
      .map(([id]) => id);
  }

  apply(event: RecordedDomainEvent): Touched {
    this.position = event.position;
    const isRepository = event.type === 'RepositoryConnected' || event.type === 'RepositoryConfigured';
    return {
      pullRequestId: this.#followedIn(event),
      issue: this.issues.apply(event),
      repositoryId: isRepository ? idOf(event.stream) : null,
      proposalId: this.#wantedIn(event),
    };
  }

  #wantedIn(event: RecordedDomainEvent): string | null {
    const id = idOf(event.stream);
    if (event.type === 'IssuesAccepted') {
      this.#wanted.set(id, new Set(event.data.chosen));
      return id;
    }
    if (event.type !== 'IssueOpened' && event.type !== 'IssueRefused') return null;
    const { nth } = event.data;
    const left = [...(this.#wanted.get(id) ?? [])].filter((one) => one !== nth);
    if (left.length === 0) this.#wanted.delete(id);
    else this.#wanted.set(id, new Set(left));
    return null;
  }

  #followedIn(event: RecordedDomainEvent): string | null {
    const id = idOf(event.stream);
    switch (event.type) {
      case 'RepositoryConnected': {
        const { source, issues } = event.data;
        if (source.kind !== 'forge' || source.provider !== this.#provider) return null;
        const { slug, connectionId } = source;
        this.#repositories.set(id, { slug, connectionId, commands: issues.commands, since: event.at });
        return null;
      }
      case 'RepositoryConfigured': {
        const known = this.#repositories.get(id);
        const { commands } = event.data.issues;
        if (known === undefined) return null;
        // What was said while nobody was to be heard stays unheard.
        const since = known.commands === 'nobody' ? event.at : known.since;
        this.#repositories.set(id, { ...known, commands, since });
        return null;
      }
      case 'RepositoryRemoved':
        this.#repositories.delete(id);
        return null;
      case 'PullRequestOpened': {
        const { provider, repositoryId, taskId, branch, number } = event.data;
        if (provider !== this.#provider) return null;
        const remarks = this.#takeOver(repositoryId, branch);
        this.#pullRequests.set(id, { repositoryId, taskId, branch, number, madeWay: false, closedAt: null, remarks });
        return id;
      }
      case 'PullRequestPublished': {
        const known = this.#pullRequests.get(id);
        if (known === undefined) return null;
        this.#pullRequests.set(id, { ...known, number: event.data.number });
        this.#offered.set(issueKey(known.repositoryId, event.data.number), known.taskId);
        return id;
      }
      case 'PullRequestReviewed':
      case 'PullRequestCommented': {
        const known = this.#pullRequests.get(id);
        if (known === undefined) return null;
        this.#pullRequests.set(id, { ...known, remarks: new Set([...known.remarks, event.data.id]) });
        return id;
      }
      case 'PullRequestClosed':
        return this.#close(id, event.data.atForge, event.at);
      case 'PullRequestWithdrawn':
        return this.#close(id, 'closed', event.at);
      case 'PullRequestReopened': {
        const known = this.#pullRequests.get(id);
        if (known === undefined) return null;
        if (event.data.why === null) this.#pullRequests.set(id, { ...known, closedAt: null });
        return id;
      }
      case 'PullRequestMerged':
        this.#pullRequests.delete(id);
        return null;
      default:
        if (isOf('thread', event)) return this.#newestOf(event.data.taskId);
        return event.stream.startsWith('pullrequest-') && this.isFollowed(id) ? id : null;
    }
  }

  /** Where what is said of a task's work is said, too. */
  #newestOf(taskId: string): string | null {
    const [newest = null] = [...this.#pullRequests].findLast(([, one]) => one.taskId === taskId) ?? [];
    return newest;
  }

  #close(id: string, atForge: EventData<'PullRequestClosed'>['atForge'], at: string): string | null {
    const known = this.#pullRequests.get(id);
    if (known === undefined) return null;
    const closedAt = atForge === 'closed' ? at : null;
    this.#pullRequests.set(id, { ...known, madeWay: atForge === 'stays_open', closedAt });
    if (closedAt !== null) this.#forgetClosed(Date.parse(at) - LOOKED_AT_MS);
    return id;
  }

  /** Those closed before a time in ms since 1970, and of the others the oldest where there are too many. */
  #forgetClosed(before: number): void {
    const closed = [...this.#pullRequests].flatMap(([id, { closedAt }]) =>
      closedAt === null ? [] : [{ id, at: Date.parse(closedAt) }],
    );
    const newest = closed.toSorted((a, b) => b.at - a.at);
    for (const [index, { id, at }] of newest.entries())
      if (at < before || index >= MOST_CLOSED) this.#pullRequests.delete(id);
  }

  /** Forgets those that made way on this branch. @returns what was said of them */
  #takeOver(repositoryId: string, branch: string): ReadonlySet<string> {
    const remarks = new Set<string>();
    for (const [id, other] of this.#pullRequests) {
      if (!other.madeWay || other.repositoryId !== repositoryId || other.branch !== branch) continue;
      for (const remark of other.remarks) remarks.add(remark);
      this.#pullRequests.delete(id);
    }
    return remarks;
  }
}
