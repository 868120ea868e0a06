import { type Clock, type EventStore, type FollowedFold, followFold, type Log } from '@claude-codex/eventing';
import type { Forges } from '@claude-codex/forges/forge';
import { createKeptFile } from '@claude-codex/service-kit/kept-file';
import type { Directories } from '../directories.ts';
import { type KeptUnfinished, UNFINISHED_SHAPE, Unfinished } from './unfinished.ts';

/** Keeps what is unfinished up to date from the log, starting where the last git service on this disk stopped. */
export function followUnfinished(options: {
  store: EventStore;
  forges: Pick<Forges, 'has'>;
  directories: Pick<Directories, 'unfinished' | 'temporary'>;
  clock: Clock;
  log: Log;
}): FollowedFold<Unfinished> {
  const { forges, directories, log } = options;
  const { unfinished: path, temporary } = directories;
  return followFold({
    ...options,
    keeps: createKeptFile<KeptUnfinished>({ path, temporary, shape: UNFINISHED_SHAPE, log }),
    begin: (kept) => new Unfinished(forges, kept ?? undefined),
    take(unfinished, events) {
      for (const event of events) unfinished.apply(event);
    },
  });
}
