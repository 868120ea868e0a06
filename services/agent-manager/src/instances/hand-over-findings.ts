import { findingText, type SecretPlace } from '@claude-codex/contracts';
import type { Collected } from './run-state.ts';

const SHOWN_PLACES = 20;

/** What a reviewer has to know about collected work. */
export function noticesOf({ findings = [] }: Collected): string[] {
  return findings.map(({ what }) => what);
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
