import { cutText } from '@claude-codex/contracts/text';
import { asking, GithubRefused } from '../../api/faults.ts';
import { issueMark } from '../../api/our-mark.ts';
import type { Clients } from '../../connections/clients.ts';
import { type IssueForge, IssueNotTaken, type NewIssue, type OpenedIssue } from '../../proposals/issue-forge.ts';
import type { Place } from './place.ts';
import { quiet } from './quiet.ts';

const PAGE = 100;
/** A busy day of a large repository: an end for an answer that has none. */
const PAGES = 20;
/** Their clock and ours. */
const SKEW_MS = 10 * 60_000;
/** GitHub's own limits, in characters. */
const MOST = { title: 256, body: 65_536 };

/** Opens issues on GitHub, each with an invisible mark by which it is found again. */
export function createIssueOpener(clients: Pick<Clients, 'ofConnection'>): IssueForge {
  return {
    async open({ connectionId, slug }, issue, since) {
      const [owner = '', repo = ''] = slug.split('/');
      const { octokit, login } = await clients.ofConnection(connectionId, { purpose: 'work', slug });
      const place = { octokit, owner, repo, login };
      try {
        const opened = (await findOpened(place, issue, since)) ?? (await openNew(place, issue));
        for (const number of issue.after) await waitFor(place, opened.number, number);
        return opened;
      } catch (error) {
        if (error instanceof GithubRefused) throw new IssueNotTaken(`GitHub says: ${error.message}`, { cause: error });
        throw error;
      }
    },
  };
}

/** Somebody was killed after it was opened, or another process was first. */
async function findOpened(
  { octokit, owner, repo, login }: Place,
  { mark }: NewIssue,
  since: number,
): Promise<OpenedIssue | null> {
  const beginning = issueMark(mark);
  for (let page = 1; page <= PAGES; page += 1) {
    const newest = { state: 'all', sort: 'created', direction: 'desc', per_page: PAGE, page } as const;
    const { data } = await asking(octokit.rest.issues.listForRepo({ owner, repo, ...newest }), Date.now());
    const ours = data.find(({ user, body }) => user?.login === login && body?.startsWith(beginning) === true);
    if (ours !== undefined) return foundIn(ours);
    const isPast = data.some(({ created_at }) => Date.parse(created_at) < since - SKEW_MS);
    if (isPast || data.length < PAGE) return null;
  }
  throw new IssueNotTaken('Too many issues were opened there since to tell whether this one was.');
}

async function openNew({ octokit, owner, repo }: Place, { mark, title, body, labels }: NewIssue): Promise<OpenedIssue> {
  const wanted = {
    ...{ owner, repo },
    title: cutText(quiet(title), MOST.title),
    body: cutText(`${issueMark(mark)}\n${quiet(body)}`, MOST.body),
    labels: [...labels],
  };
  const { data } = await asking(octokit.rest.issues.create(wanted), Date.now());
  return foundIn(data);
}

/** As GitHub shows it: "blocked by". What it does not take stands in words in the text. */
async function waitFor({ octokit, owner, repo }: Place, issue: number, before: number): Promise<void> {
  try {
    const { data } = await asking(octokit.rest.issues.get({ owner, repo, issue_number: before }), Date.now());
    const link = { owner, repo, issue_number: issue, issue_id: Number(data.id) };
    await asking(octokit.rest.issues.addBlockedByDependency(link), Date.now());
  } catch (error) {
    if (!(error instanceof GithubRefused)) throw error;
  }
}

function foundIn({ number, html_url: url }: { number: number; html_url: string }): OpenedIssue {
  return { number, url };
}
