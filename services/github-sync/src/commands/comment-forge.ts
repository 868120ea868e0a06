import type { RepositorySource } from '@claude-codex/contracts';

/** Something somebody said below an issue or a pull request. */
export interface Comment {
  /** The forge's own, unique there. */
  readonly id: string;
  /** Of the issue or pull request. */
  readonly number: number;
  readonly isPullRequest: boolean;
  readonly login: string;
  /** Only words of a person that are as they were said first: not ours, of no program, never edited. */
  readonly isOfPerson: boolean;
  readonly body: string;
  readonly url: string;
  /** Ms since 1970. */
  readonly at: number;
}

type Source = Extract<RepositorySource, { kind: 'forge' }>;
export type CommentPlace = Pick<Source, 'slug' | 'connectionId'>;

/** What people say at a forge, and how they are answered. All of it throws `ForgeAway`, and what the forge says no with. */
export interface CommentForge {
  /** Those in a repository since then (ms since 1970), oldest first. `isKnown`: ids whose elders are known as well. */
  heard(place: CommentPlace, since: number, isKnown: (id: string) => boolean): Promise<Comment[]>;
  /** What the forge does not say is no. */
  mayWrite(place: CommentPlace, login: string): Promise<boolean>;
  /** A sign at the comment that it was heard; the same again changes nothing. */
  sign(place: CommentPlace, comment: Comment, sign: 'done' | 'refused'): Promise<void>;
  /** One comment of ours below it, in Markdown, however often it is asked for. */
  reply(place: CommentPlace, comment: Comment, text: string): Promise<void>;
}
