import { join } from 'node:path';
import type { RemoteForge as RemoteForgeName } from '@claude-codex/contracts/forge';
import { type Clock, type EventStore, type FollowedFold, followFold, type Log } from '@claude-codex/eventing';
import { createKeptFile } from '@claude-codex/service-kit/kept-file';
import { FOLLOWED_SHAPE, Followed, type KeptFollowed } from './followed.ts';

/** Where what is known lies in this service's directory. */
export const FOLLOWED_FILE = 'followed';

/** The forge this service speaks to. */
export const PROVIDER = 'github' satisfies RemoteForgeName;

/** What something happened to. */
export interface Changed {
  readonly pullRequestIds: readonly string[];
  /** As `IssueTasks` names them. */
  readonly issues: readonly string[];
  readonly repositoryIds: readonly string[];
  readonly proposalIds: readonly string[];
}

/** What changed this long before the last end may not have been said there. */
const LOOK_BACK_MS = 24 * 60 * 60_000;

/** Keeps what is followed up to date from the log. */
export function follow(options: {
  store: EventStore;
  directory: string;
  clock: Clock;
  log: Log;
  onChange(changed: Changed): void;
}): FollowedFold<Followed> {
  const { clock, directory, log, onChange } = options;
  const [path, temporary] = [join(directory, FOLLOWED_FILE), join(directory, 'tmp')];
  return followFold({
    ...options,
    keeps: createKeptFile<KeptFollowed>({ path, temporary, shape: FOLLOWED_SHAPE, log }),
    begin(kept) {
      const followed = new Followed(PROVIDER, kept ?? undefined);
      const since = new Date(clock.now() - LOOK_BACK_MS).toISOString();
      onChange({
        pullRequestIds: followed.pullRequests(),
        issues: followed.issues.changedSince(since),
        repositoryIds: followed.listening(),
        proposalIds: followed.proposals(),
      });
      return followed;
    },
    take(followed, events) {
      const touched = events.map((event) => followed.apply(event));
      const pullRequestIds = [...new Set(touched.flatMap((one) => one.pullRequestId ?? []))];
      const issues = [...new Set(touched.flatMap(({ issue }) => issue ?? []))];
      const repositoryIds = [...new Set(touched.flatMap(({ repositoryId }) => repositoryId ?? []))];
      const proposalIds = touched.flatMap(({ proposalId }) => proposalId ?? []);
      onChange({ pullRequestIds, issues, repositoryIds, proposalIds });
    },
  });
}
