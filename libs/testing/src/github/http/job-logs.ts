import type { World } from '../world.ts';

/** What a job printed, at the address that its log is redirected to; null for every other path. */
export function jobLog({ repositories }: World, path: string): string | null {
  const id = Number(/^\/job-logs\/(\d+)$/.exec(path)?.[1]);
  for (const { checks } of repositories.values()) {
    const run = checks.find((one) => one.id === id);
    if (run !== undefined) return run.log;
  }
  return null;
}
