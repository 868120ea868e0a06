import { join } from 'node:path';
import type { RemoteForge as RemoteForgeName } from '@claude-codex/contracts/forge';
import { type Clock, type EventStore, type FollowedFold, followFold, type Log } from '@claude-codex/eventing';
import { createKeptFile } from '@claude-codex/service-kit/kept-file';
import { FOLLOWED_SHAPE, Followed, type KeptFollowed } from './followed.ts';

/** Where what is known lies in this service's directory. */
export const FOLLOWED_FILE = 'followed';

/** The forge this service speaks to. */
const PROVIDER = 'github' satisfies RemoteForgeName;

/** Keeps what is followed up to date from the log. `onChange` hears of pull requests that something happened to. */
export function follow(options: {
  store: EventStore;
  directory: string;
  clock: Clock;
  log: Log;
  onChange(pullRequestIds: readonly string[]): void;
}): FollowedFold<Followed> {
  const { directory, log, onChange } = options;
  const [path, temporary] = [join(directory, FOLLOWED_FILE), join(directory, 'tmp')];
  return followFold({
    ...options,
    keeps: createKeptFile<KeptFollowed>({ path, temporary, shape: FOLLOWED_SHAPE, log }),
    begin(kept) {
      const followed = new Followed(PROVIDER, kept ?? undefined);
      onChange(followed.pullRequests());
      return followed;
    },
    take(followed, events) {
      const changed = events.flatMap((event) => followed.apply(event) ?? []);
      if (changed.length > 0) onChange([...new Set(changed)]);
    },
  });
}
