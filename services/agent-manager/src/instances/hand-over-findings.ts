import { findingText, type SecretPlace } from '@claude-codex/contracts';
import type { Collected, RunState } from './run-state.ts';

const SHOWN_PLACES = 20;

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
 * repository is nobody's concern, but a value in a commit is.
 */
export function objectionsTo({ findings = [], secrets = [] }: Collected, requiresChanges: boolean): string[] {
  const about = requiresChanges ? findings.filter(({ remedy }) => remedy !== null).map(findingText) : [];
  return secrets.length === 0 ? about : [...about, secretObjection(secrets)];
}

/** What the agent hears once about values in its commits. */
export function secretObjection(secrets: readonly SecretPlace[]): string {
  return `Values that a person gave you are in your commits: ${placesText(secrets)}. Remove them from the files and from the history of your branch (a later commit that removes them is not enough), and read them from the environment instead.`;
}

/** `API_KEY in src/config.js, line 3`: names and places, never a value. */
export function placesText(secrets: readonly SecretPlace[]): string {
  const shown = secrets.slice(0, SHOWN_PLACES).map(({ name, path, line }) => `${name} in ${path}, line ${line}`);
  const more = secrets.length - shown.length;
  return more > 0 ? `${shown.join('; ')} and ${more} more` : shown.join('; ');
}
