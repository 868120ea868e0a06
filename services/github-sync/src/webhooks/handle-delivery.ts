import { cutText } from '@claude-codex/contracts/text';
import type { Followed } from '../followed/followed.ts';
import { HINTS } from './hints.ts';
import type { Delivery, Outcome } from './routes.ts';

/**
 * Which pull requests a delivery makes worth a look: how they stand is asked of GitHub, so a delivery that comes late,
 * twice or never changes nothing about what is known in the end.
 */
export function handleDelivery(
  { event, payload }: Delivery,
  followed: Pick<Followed, 'inRepository'>,
  look: (pullRequestIds: readonly string[]) => void,
): Outcome {
  if (event === 'ping') return { status: 'done', reason: 'pong' };
  const read = HINTS.get(event);
  if (read === undefined) return { status: 'ignored', reason: `"${cutText(event, 60)}" is not handled` };
  const hint = read(payload);
  if (hint === null) return { status: 'ignored', reason: `not a ${event} event as GitHub documents it` };
  const numbers = new Set(hint.numbers);
  const branches = new Set(hint.branches);
  const ids = followed.inRepository(
    hint.repository,
    ({ number, branch }) => (number !== null && numbers.has(number)) || branches.has(branch),
  );
  if (ids.length === 0) return { status: 'ignored', reason: 'no task has a pull request it is about' };
  look(ids);
  return { status: 'done', reason: `looks at ${ids.length === 1 ? 'a pull request' : `${ids.length} pull requests`}` };
}
