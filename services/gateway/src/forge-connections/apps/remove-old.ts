import type { Logger } from '@claude-codex/service-kit/log';
import type { BegunApps } from './begun-apps.ts';

/** What is over is gone this much later at most. */
const EVERY_MS = 10 * 60_000;

/** Keys of apps that nobody went on with do not stay until somebody makes the next one. */
export function removeOldApps(begun: Pick<BegunApps, 'removeOld'>, log: Logger): () => void {
  const remove = () =>
    begun
      .removeOld()
      .catch((error: unknown) =>
        log.warn({ err: error }, 'apps that were begun and left could not be removed; will retry'),
      );
  void remove();
  const timer = setInterval(remove, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
