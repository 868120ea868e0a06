import { duration } from '#lib/format/time.ts';

/** The model did not answer for a while: all its failed tries in a row, told in one sentence that grows. */
export interface Outage {
  readonly since: string;
  readonly tries: number;
  readonly limited: boolean;
}

/** What the worker says about one of them. */
const TRY = /^try \d+ of \d+ failed with (.+)$/;

/** Null when the detail does not tell of a failed try. */
export function outageAfter(
  before: Outage | null,
  failed: { readonly at: string; readonly detail: string; readonly limited: boolean },
): { outage: Outage; text: string } | null {
  const reason = TRY.exec(failed.detail)?.[1];
  if (reason === undefined) return null;
  const same = before !== null && before.limited === failed.limited ? before : null;
  const outage = { since: same?.since ?? failed.at, tries: (same?.tries ?? 0) + 1, limited: failed.limited };
  return { outage, text: sentence(outage, failed.at, reason) };
}

function sentence({ since, tries, limited }: Outage, until: string, reason: string): string {
  const what = limited ? 'The model provider had no room' : 'The model did not answer';
  if (tries === 1) return `${what}: a try failed with ${reason}`;
  const long = duration(Date.parse(until) - Date.parse(since));
  return `${what} for ${long}: ${tries} tries failed, the last with ${reason}`;
}
