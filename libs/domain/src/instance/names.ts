import type { AgentKind } from '@claude-codex/contracts/worker/protocol';

const PREFIX: Record<AgentKind, string> = { planning: 'planning', coding: 'work', review: 'review', adhoc: 'adhoc' };

/** `work-123-a1`: kind, task number, agent number. */
export function instanceName(kind: AgentKind, taskNumber: number, attempt: number): string {
  return `${PREFIX[kind]}-${taskNumber}-a${attempt}`;
}

/** `codex/123-add-greeting-a1`, from letters, digits and dashes only, so that it is a valid branch name everywhere. */
export function branchName(kind: AgentKind, taskNumber: number, title: string, attempt: number): string {
  const slug = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const middle = slug === '' ? String(taskNumber) : `${taskNumber}-${slug}`;
  return kind === 'coding' || kind === 'adhoc'
    ? `codex/${middle}-a${attempt}`
    : `codex/${PREFIX[kind]}/${middle}-a${attempt}`;
}
