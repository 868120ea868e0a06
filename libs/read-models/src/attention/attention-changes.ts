import type { AttentionItem, TaskView } from '@claude-codex/contracts';
import { unlessSame } from '../unless-same.ts';
import { attentionOf } from './attention-of.ts';

export interface AttentionRow {
  item: AttentionItem;
  closedAt: string | null;
}

/** The rows one event changed: items that opened or read differently now, and items that closed. */
export function attentionChanges(
  before: TaskView | null,
  after: TaskView | null,
  event: { position: number; at: string },
): AttentionRow[] {
  if (before !== null && after !== null && (nothingWaits(before, after) || sameSources(before, after))) return [];
  const { position, at } = event;
  const open = after === null ? [] : attentionOf(after, position);
  const known = new Map(before === null ? [] : attentionOf(before, position).map((item) => [item.id, item]));
  const rows: AttentionRow[] = [];
  for (const item of open) {
    const was = known.get(item.id);
    if (unlessSame(item, was) !== was) rows.push({ item, closedAt: null });
    known.delete(item.id);
  }
  for (const item of known.values()) rows.push({ item, closedAt: at });
  return rows;
}

/** Most of a task's events come while an agent works and nobody is asked anything. */
function nothingWaits(before: TaskView, after: TaskView): boolean {
  return before.waitingItems === 0 && after.waitingItems === 0;
}

/** Views share what did not change, so most events are ruled out without building a single item. */
function sameSources(before: TaskView, after: TaskView): boolean {
  return (
    before.questions === after.questions &&
    before.dependencies === after.dependencies &&
    before.reviews === after.reviews &&
    before.issueProposals === after.issueProposals &&
    before.pullRequest === after.pullRequest &&
    before.phaseDetails === after.phaseDetails &&
    before.standing === after.standing &&
    before.problem === after.problem &&
    before.held === after.held &&
    before.title === after.title &&
    before.state === after.state &&
    before.instances.length === after.instances.length &&
    before.instances.every((instance, index) => instance.state === after.instances[index]?.state)
  );
}
