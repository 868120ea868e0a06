import { findingText } from '@claude-codex/contracts';
import { secretsText } from '@claude-codex/contracts/worker/secret-places';
import type { Collected, RunState } from './run-state.ts';

/** What a reviewer has to know about collected work, and what it waited for. */
export function noticesOf(run: Pick<RunState, 'turn' | 'background'>, { findings = [] }: Collected): string[] {
  const waited = (run.turn?.waited ?? []).map(({ kind, what, seconds, cutShort }) =>
    cutShort
      ? `The ${NAMES[kind]} “${what}” still ran after ${span(seconds)} and was ended: it may not have finished.`
      : `The hand-over waited ${span(seconds)} for the ${NAMES[kind]} “${what}”.`,
  );
  const running = run.background.map(
    ({ kind, what }) => `The ${NAMES[kind]} “${what}” was still running when the work was collected.`,
  );
  return [...findings.map(({ what }) => what), ...waited, ...running];
}

const NAMES = { agent: 'sub-agent', command: 'command' } as const;

function span(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/**
 * What the agent is asked to put right first. Where nothing is merged (`requiresChanges` is false) the state of the
 * repository is nobody's concern, but a value in a commit and a document that nobody can be given are.
 */
export function objectionsTo({ findings = [], secrets = [] }: Collected, requiresChanges: boolean): string[] {
  const concerns = findings.filter(({ code, remedy }) =>
    requiresChanges ? remedy !== null : code === 'DELIVERABLE_TOO_LARGE',
  );
  const about = concerns.map(findingText);
  return secrets.length === 0 ? about : [...about, secretsText(secrets)];
}
