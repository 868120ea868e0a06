import { join } from 'node:path';
import { validId } from '@claude-codex/service-kit/git/names';
import type { Directories } from '../checkouts/directories.ts';

/** Of one instance, on this host. Agents only ever see `checkout`, `home` and the socket. */
export interface InstanceDirectories {
  readonly root: string;
  /** The agent's working tree. The manager never runs git here once the agent has had it. */
  readonly checkout: string;
  /** `$HOME` of the agent: Claude Code's sessions lie here, so it outlives epochs. */
  readonly home: string;
  /** What the manager remembers about the checkout; not visible to the agent. */
  readonly record: string;
  sockets(epoch: number): string;
}

export function instanceDirectories(
  { instances, sockets }: Pick<Directories, 'instances' | 'sockets'>,
  instanceId: string,
): InstanceDirectories {
  const root = join(instances, validId(instanceId));
  return {
    root,
    checkout: join(root, 'checkout'),
    home: join(root, 'home'),
    record: join(root, 'checkout.json'),
    sockets: (epoch) => join(sockets, `${instanceId}-${epoch}`),
  };
}
