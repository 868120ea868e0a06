/** So many threads are read at once, and so many answers in each: nobody reads more than these. */
const PAGE = 50;
const WORDS = 100;

/** REST does not say which threads are resolved. One point of GraphQL's own hour for each page. */
export const THREADS = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: ${PAGE}, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved resolvedBy { login } path diffSide line startLine originalLine originalStartLine
          comments(first: ${WORDS}) {
            nodes { fullDatabaseId author { __typename login } body url state diffHunk originalCommit { oid } }
          }
        }
      }
    }
  }
}`;

export interface FoundThreads {
  readonly repository: {
    readonly pullRequest: {
      readonly reviewThreads: {
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
        readonly nodes: readonly FoundThread[];
      };
    };
  };
}

export interface FoundThread {
  readonly id: string;
  readonly isResolved: boolean;
  readonly resolvedBy: { readonly login: string } | null;
  readonly path: string;
  readonly diffSide: 'LEFT' | 'RIGHT';
  readonly line: number | null;
  readonly startLine: number | null;
  readonly originalLine: number | null;
  readonly originalStartLine: number | null;
  readonly comments: { readonly nodes: readonly FoundComment[] };
}

export interface FoundComment {
  readonly fullDatabaseId: string | null;
  /** Null: the account was deleted. */
  readonly author: { readonly __typename: string; readonly login: string } | null;
  readonly body: string;
  readonly url: string;
  readonly state: 'PENDING' | 'SUBMITTED';
  readonly diffHunk: string;
  readonly originalCommit: { readonly oid: string } | null;
}
