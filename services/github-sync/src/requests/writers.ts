import type { RepositoryPlace } from '../api/client.ts';
import type { Conditional } from '../api/conditional.ts';
import { mayPush } from '../api/may-push.ts';
import type { FoundText } from './issue-view.ts';

/** What GitHub says of candidates who might: being one of these does not yet mean that somebody may push. */
const NEAR = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);
/** So many people are asked about. Of whoever comes after them nothing is known. */
const MOST_ASKED = 20;

/** Logins of those who wrote one of the texts and may push to the repository. What GitHub does not say is no. Throws `ForgeAway`. */
export async function writersAmong(
  place: RepositoryPlace,
  ask: Conditional,
  texts: readonly FoundText[],
): Promise<ReadonlySet<string>> {
  const near = texts.flatMap(({ user, author_association: is = '' }) =>
    user !== null && NEAR.has(is) ? [user.login] : [],
  );
  const candidates = [...new Set(near)];
  const logins = candidates.slice(0, MOST_ASKED);
  const allowed = await Promise.all(logins.map((login) => mayPush(place, ask, login)));
  return new Set(logins.filter((_, index) => allowed[index]));
}
