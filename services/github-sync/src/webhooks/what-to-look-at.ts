import { cutText } from '@claude-codex/contracts/text';
import type { Followed } from '../followed/followed.ts';
import { HINTS } from './hints.ts';

/** What a delivery makes worth a look; with none of them, `detail` says why nothing follows. */
export interface WorthALook {
  readonly pullRequestIds: readonly string[];
  readonly detail: string;
}

/**
 * Which pull requests a delivery makes worth a look: how they stand is asked of GitHub, so a delivery that comes late,
 * twice or never changes nothing about what is known in the end.
 */
export function whatToLookAt(
  { event, payload }: { readonly event: string; readonly payload: unknown },
  followed: Pick<Followed, 'inRepository'>,
): WorthALook {
  if (event === 'ping') return nothing('GitHub asked whether anybody is there.');
  const read = HINTS.get(event);
  if (read === undefined) return nothing(`Nothing follows from "${cutText(event, 60)}" here.`);
  const hint = read(payload);
  if (hint === null) return nothing(`It is not as GitHub documents "${event}".`);
  const numbers = new Set(hint.numbers);
  const branches = new Set(hint.branches);
  const pullRequestIds = followed.inRepository(
    hint.repository,
    ({ number, branch }) => (number !== null && numbers.has(number)) || branches.has(branch),
  );
  if (pullRequestIds.length === 0) return nothing('No task has an open pull request it is about.');
  const many = pullRequestIds.length;
  return { pullRequestIds, detail: many === 1 ? 'A pull request' : `${many} pull requests` };
}

function nothing(detail: string): WorthALook {
  return { pullRequestIds: [], detail };
}
