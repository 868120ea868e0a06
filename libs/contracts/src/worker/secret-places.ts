import type { SecretPlace } from './protocol.ts';

const SHOWN_PLACES = 20;

/** `API_KEY in src/config.js, line 3`: names and places, never a value. */
export function placesText(secrets: readonly SecretPlace[]): string {
  const shown = secrets.slice(0, SHOWN_PLACES).map(({ name, path, line }) => `${name} in ${path}, line ${line}`);
  const more = secrets.length - shown.length;
  return more > 0 ? `${shown.join('; ')} and ${more} more` : shown.join('; ');
}

/** What the agent hears once about values in its commits. They do not leave their place before a person accepted them. */
export function secretsText(secrets: readonly SecretPlace[]): string {
  return `Values that a person gave you are in your commits: ${placesText(secrets)}. Remove them from the files and from the history of your branch (a later commit that removes them is not enough), and read them from the environment instead.`;
}
