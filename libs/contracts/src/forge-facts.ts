export interface ForgeFacts {
  /** What people call it. */
  readonly title: string;
  /** What people call a change there. */
  readonly change: 'change request' | 'pull request';
  /** A change has to be offered there before it can be merged, and people look at it there too. */
  readonly publishes: boolean;
}

/** What is known of each forge, without a schema: pages read it, and load no schema library. */
export const FORGES = {
  local: { title: 'this server', change: 'change request', publishes: false },
  github: { title: 'GitHub', change: 'pull request', publishes: true },
} satisfies Readonly<Record<string, ForgeFacts>>;
