import { addComment, closeIssue, reopenIssue } from '../actions/issues.ts';
import { mergePull } from '../actions/merges.ts';
import { mayReopen } from '../actions/pulls.ts';
import { addReview } from '../actions/reviews.ts';
import { changedFiles } from '../git/history.ts';
import { Refusal } from '../refusal.ts';
import { issuePage } from '../shapes/issue.ts';
import { type Issue, isPull, type Repository } from '../state.ts';
import { accountOf, inTurn, type World } from '../world.ts';
import { form, link, type Page, page, seeOther, text } from './html.ts';

/** Who a visitor of the pages is. */
const VISITOR = 'grace';

export function repositoryList({ at, repositories }: World): Page {
  const items = [...repositories.values()].map(({ fullName }) => `<li>${link(`${at.web}/${fullName}`, fullName)}`);
  return page('Repositories', `<ul>${items.join('')}</ul>`);
}

export function repositoryPage({ at }: World, repository: Repository): Page {
  const items = [...repository.issues.values()].reverse().map((issue) => {
    const kind = isPull(issue) ? 'pull request' : 'issue';
    return `<li>${link(issuePage(at, repository, issue), `#${issue.number} ${issue.title}`)} (${kind}, ${stateOf(issue)})`;
  });
  return page(repository.fullName, `<ul>${items.join('')}</ul>`);
}

export async function showIssue({ at }: World, repository: Repository, issue: Issue): Promise<Page> {
  const said = [
    ...issue.comments,
    ...(issue.pull?.reviews.filter(({ body }) => body !== '') ?? []),
    ...(issue.pull?.reviewComments ?? []),
  ].map(({ author, body }) => `<h2>${text(author.login)}</h2><pre>${text(body)}</pre>`);
  const files = isPull(issue) ? await changedFiles(repository.directory, issue.pull.baseSha, issue.pull.headSha) : [];
  const changes = files.map(({ path, patch }) => `<h2>${text(path)}</h2><pre>${text(patch ?? 'binary')}</pre>`);
  const isOpen = issue.state.name === 'open';
  const buttons = {
    comment: 'Comment',
    ...(isOpen && isPull(issue) ? { approve: 'Approve', changes: 'Request changes', merge: 'Merge' } : {}),
    ...(isOpen ? { close: 'Close' } : { reopen: 'Reopen' }),
  };
  const words = '<label>Words<br><textarea name="words" rows="4" cols="60"></textarea></label>';
  return page(
    `${issue.title} #${issue.number}`,
    `<p>${text(issue.author.login)}, ${stateOf(issue)}, ${link(`${at.web}/${repository.fullName}`, repository.fullName)}</p>
<pre>${text(issue.body ?? '')}</pre>${said.join('')}${changes.join('')}${form(issuePage(at, repository, issue), words, buttons)}`,
  );
}

/** What a visitor does with one of the buttons; what GitHub would refuse is said on a page. */
export function act(world: World, repository: Repository, issue: Issue, wish: URLSearchParams): Promise<Page> {
  const [by, words] = [accountOf(world, VISITOR), wish.get('words') ?? ''];
  return inTurn(repository, async () => {
    try {
      const what = wish.get('do');
      if (what === 'close') await closeIssue(world, repository, issue, by);
      else if (what === 'reopen') {
        if (isPull(issue)) await mayReopen(repository, issue);
        await reopenIssue(world, repository, issue, by);
      } else if (what === 'merge' && isPull(issue)) await mergePull(world, repository, issue, by, {});
      else if (what === 'approve' && isPull(issue))
        await addReview(world, repository, issue, by, { verdict: 'APPROVE', body: words });
      else if (what === 'changes' && isPull(issue))
        await addReview(world, repository, issue, by, { verdict: 'REQUEST_CHANGES', body: words });
      else if (words !== '') addComment(world, repository, issue, by, words);
    } catch (error) {
      if (error instanceof Refusal) return page('Not possible', `<p>${text(error.message)}</p>`, error.status);
      throw error;
    }
    return seeOther(issuePage(world.at, repository, issue));
  });
}

function stateOf({ state, pull }: Issue): string {
  return pull?.merged == null ? state.name : 'merged';
}
