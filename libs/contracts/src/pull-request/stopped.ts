/** Code of the failure of a change that could be merged and does not go back to its agent by itself. */
export const FOLLOW_THROUGH_STOPPED = 'FOLLOW_THROUGH_STOPPED';

/** Why somebody has to decide about it, beside what may have kept it from being merged; null when nothing has. */
export function stoppedFailure(stopped: { readonly detail: string } | null): { code: string; detail: string } | null {
  return stopped === null ? null : { code: FOLLOW_THROUGH_STOPPED, detail: stopped.detail };
}
