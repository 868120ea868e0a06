import { cutText } from '@claude-codex/contracts/text';

import type { Remembered } from '#lib/drafts/storage.ts';

export interface Draft {
  readonly text: string;
  readonly repositoryId: string;
  readonly branch: string;
  readonly workflow: string;
  readonly model: string;
  /** How many agents try it beside each other. */
  readonly attempts: string;
}

const EMPTY: Draft = {
  text: '',
  repositoryId: '',
  branch: '',
  workflow: 'plan-design-develop',
  model: '',
  attempts: '1',
};
const KEY = 'codex.draft';

/** Title and description out of one text: the first line, and the rest. Lines before the title are skipped. */
export function splitDraft(text: string): { title: string; description: string } {
  const trimmed = text.trim();
  const cut = trimmed.indexOf('\n');
  if (cut === -1) return { title: cutText(trimmed, 200), description: trimmed.length > 200 ? trimmed : '' };
  const first = trimmed.slice(0, cut).trim();
  const rest = trimmed.slice(cut + 1).trim();
  // A first line too long for a title is kept whole in the description.
  return first.length > 200
    ? { title: cutText(first, 200), description: trimmed }
    : { title: first, description: rest };
}

/** A reload, a crash or a dead server must not cost anybody their words. */
export function loadDraft(storage: Pick<Remembered, 'get'> | null): Draft {
  try {
    const stored = JSON.parse(storage?.get(KEY) ?? '{}') as Partial<Draft>;
    return { ...EMPTY, ...stored };
  } catch (error) {
    // Something else wrote there: an empty draft is right.
    void error;
    return EMPTY;
  }
}

export function saveDraft(storage: Pick<Remembered, 'set'>, draft: Draft): void {
  storage.set(KEY, JSON.stringify(draft));
}
