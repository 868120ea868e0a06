import type { Pull, PullRequest } from '../state.ts';

/** What git says of two commits never changes: it is asked once for each pair that a pull request was between. */
export function remembered<T>(work: (directory: string, issue: PullRequest) => Promise<T>) {
  const known = new WeakMap<Pull, { readonly between: string; readonly answer: Promise<T> }>();
  return (directory: string, issue: PullRequest): Promise<T> => {
    const { pull } = issue;
    const between = `${pull.baseSha}..${pull.headSha}`;
    const last = known.get(pull);
    if (last?.between === between) return last.answer;
    const answer = work(directory, issue);
    known.set(pull, { between, answer });
    return answer;
  };
}
