/**
 * A row that pages show and that changes while they look: everything between the fold of its events and a store in the
 * browser is made from this. `docs/adding.md` says how one is added.
 */
export interface LiveRow<Body extends { id: string } = { id: string }> {
  /** Name of its frames, and of its rows in the table. The frame's data is the whole row, with its position. */
  readonly kind: string;
  /** What a page shows together commits together, and so lies together. */
  readonly table: 'task_row' | 'workspace_row';
  /** Rows of a task are sent to those who look at that task; rows of the workspace to everybody. */
  readonly seenIn: 'workspace' | 'task';
  /** Name of the frame that says that it went: `{id}`. */
  readonly gone: string;
  /** What a row holds; `id` is its key. A type only. */
  readonly body?: Body;
}

export function liveRow<Body extends { id: string }>(row: Omit<LiveRow, 'body'>): LiveRow<Body> {
  return row;
}
