import type { GithubClient } from '../api/client.ts';
import type { Conditional } from '../api/conditional.ts';
import { asking, GithubRefused } from '../api/faults.ts';

/** A delivery as GitHub lists it, whether it reached us or not. */
export interface ListedDelivery {
  /** Larger ones than a number holds are parsed as bigint. */
  readonly id: number | bigint;
  readonly guid: string;
  readonly event: string;
  /** Ms since 1970. */
  readonly at: number;
  /** In GitHub's words: `OK`, `pending`, `failed to connect to host`. */
  readonly status: string;
}

const PER_PAGE = 100;
/** One that is on its way at this moment is not missed yet. */
const ON_ITS_WAY = 'pending';
/** Its answer may be on its way as well. */
const GRACE_MS = 1_000;
/** Of a look back over a day of a busy app. */
const PAGES = 20;
const THE_KEY = 'the key of the app';
const NEXT = /<([^>]+)>;\s*rel="next"/;

interface Page {
  readonly deliveries: readonly ListedDelivery[];
  /** What the next one is asked with; null after the last. */
  readonly next: Record<string, string> | null;
}

/**
 * What GitHub delivered for an app since then, the newest first. The first page costs nothing while it has no news.
 * @param since ms since 1970
 * @throws {ForgeAway} {GithubRefused}
 */
export async function listDeliveries(
  octokit: GithubClient,
  ask: Conditional,
  { name, since, now }: { readonly name: string; readonly since: number; readonly now: number },
): Promise<ListedDelivery[]> {
  const found: ListedDelivery[] = [];
  let cursor: Record<string, string> | null = {};
  for (let page = 0; page < PAGES && cursor !== null; page += 1) {
    const at: Record<string, string> = cursor;
    const request = (headers: Record<string, string>) => pageOf(octokit, at, headers, now);
    const { deliveries, next }: Page = page === 0 ? await ask(request, name) : (await request({})).data;
    found.push(...deliveries.filter((one) => one.at >= since && one.at <= now - GRACE_MS && one.status !== ON_ITS_WAY));
    cursor = deliveries.some((one) => one.at < since) ? null : next;
  }
  return found;
}

async function pageOf(octokit: GithubClient, at: Record<string, string>, headers: Record<string, string>, now: number) {
  const request = octokit.request('GET /app/hook/deliveries', { per_page: PER_PAGE, ...at, headers });
  const { data, headers: answered } = await asking(request, now, THE_KEY);
  const deliveries = data.map(({ id, guid, event, status, delivered_at: time }) => ({
    ...{ id, guid, event, status },
    at: Date.parse(time),
  }));
  return { data: { deliveries, next: nextIn(answered.link) }, headers: { etag: answered.etag } };
}

/** Only what is asked for comes from there, never where. */
function nextIn(link: string | undefined): Record<string, string> | null {
  const address = NEXT.exec(link ?? '')?.[1];
  return address !== undefined && URL.canParse(address) ? Object.fromEntries(new URL(address).searchParams) : null;
}

/** @returns the payload as JSON; null where GitHub has none any more */
export async function payloadOf(
  octokit: GithubClient,
  { id }: Pick<ListedDelivery, 'id'>,
  now: number,
): Promise<string | null> {
  try {
    // In the address either is the same.
    const asked = octokit.request('GET /app/hook/deliveries/{delivery_id}', { delivery_id: String(id) as never });
    const { data } = await asking(asked, now, THE_KEY);
    return data.request.payload === null ? null : JSON.stringify(data.request.payload, asNumber);
  } catch (error) {
    if (error instanceof GithubRefused) return null;
    throw error;
  }
}

/** Numbers that the client parsed as bigint; what is read here are never they. */
function asNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
