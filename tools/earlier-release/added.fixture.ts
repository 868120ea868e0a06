import type { ShownRow } from './rows.fixture.ts';

/**
 * What later releases show beside what was recorded, by kind of row: paths into the body, `[]` for every entry of a list.
 * Whoever adds a field to a view names it here; what was shown before stays as it was.
 */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  // How large the work is that waits, which of several attempts is not always the newest; what its forge says of it; what of
  // the last review is open; which issues its agent proposes.
  attention: ['review.lines', 'standing.atForge', 'standing.judged', 'standing.openThreads', 'proposal'],
  // What its forge says of it, where it stands there, what it was made from, and what of the last review is open.
  task: ['standing.atForge', 'standing.judged', 'standing.openThreads', 'published', 'origin'],
  task_work: [
    'value.pullRequest.checks',
    'value.pullRequest.judged',
    'value.pullRequest.remarks',
    'value.pullRequest.stopped',
  ],
  // What a phase has to pass, and every attempt at it.
  task_phase: ['value.gateRules', 'value.attemptsWanted', 'value.maxRounds', 'value.attempts', 'value.chosen'],
  // Whose approvals a review needs and has.
  task_review: ['value.gate', 'value.approvals'],
  // The texts that people put others in place of.
  task_review_work: ['value.replaced'],
};

/** What later releases show in another shape, by kind of row: from how it is shown to how it was. */
const RETOLD: Readonly<Record<string, (value: Record<string, unknown>) => Record<string, unknown>>> = {
  // Which program an agent is, where the version of the only one was.
  task_attempt: ({ program, ...rest }) => ({
    ...rest,
    claudeCodeVersion: (program as { version: string } | null)?.version ?? null,
  }),
};

/** Each attempt whose rounds are used up waits by itself: the item of the whole task had no agent in its name. */
const NAMED_AFTER_AGENT = /(?<=-rounds)-[^-]+$/;

/** The row without what came later. */
export function asRecorded(shown: ShownRow): ShownRow {
  const row = shown.kind === 'attention' ? { ...shown, id: shown.id.replace(NAMED_AFTER_AGENT, '') } : shown;
  if (row.body === null) return row;
  const body = structuredClone(row.body);
  if (row.kind === 'attention') body.id = row.id;
  for (const path of ADDED[row.kind] ?? []) remove(body, path.split('.'));
  const retell = RETOLD[row.kind];
  if (retell !== undefined && 'value' in body) body.value = retell(body.value as Record<string, unknown>);
  return { ...row, body };
}

function remove(value: unknown, [step = '', ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return;
  const inner = value as Record<string, unknown>;
  if (step.endsWith('[]')) for (const entry of listAt(inner, step.slice(0, -2))) remove(entry, rest);
  else if (rest.length > 0) remove(inner[step], rest);
  else delete inner[step];
}

function listAt(value: Record<string, unknown>, name: string): unknown[] {
  const list = value[name];
  return Array.isArray(list) ? list : [];
}
