import { RequestError } from '@octokit/request-error';

interface Answer<Data> {
  readonly data: Data;
  readonly headers: { readonly etag?: string | undefined };
}

/** Asks with what is known of the answer of before, under a name for what is asked. */
export type Conditional = <Data>(
  request: (headers: Record<string, string>) => Promise<Answer<Data>>,
  name: string,
) => Promise<Data>;

/** So many answers are kept; of an open pull request there are three. */
const KEPT = 1_000;

/** `If-None-Match` for what is asked again and again: an answer that it has not changed is not counted by GitHub. */
export function createConditional(most = KEPT): Conditional {
  const answers = new Map<string, { readonly etag: string; readonly data: unknown }>();
  return async <Data>(request: (headers: Record<string, string>) => Promise<Answer<Data>>, name: string) => {
    const before = answers.get(name);
    try {
      const { data, headers } = await request(before === undefined ? {} : { 'if-none-match': before.etag });
      answers.delete(name);
      if (headers.etag !== undefined) answers.set(name, { etag: headers.etag, data });
      const [oldest] = answers.keys();
      if (answers.size > most && oldest !== undefined) answers.delete(oldest);
      return data;
    } catch (error) {
      if (before !== undefined && isUnchanged(error)) return before.data as Data;
      throw error;
    }
  };
}

/** Octokit throws what is no success. */
function isUnchanged(error: unknown): boolean {
  const cause = error instanceof Error && error.cause instanceof RequestError ? error.cause : error;
  return cause instanceof RequestError && cause.status === 304;
}
