import { OperatorError } from '@claude-codex/service-kit';
import packageJson from '../package.json' with { type: 'json' };

const USAGE = `Usage: npm start

Starts the whole server in one process and prints its address. Settings are environment variables:

  PORT=7110 npm start                     another port
  CODEX_DATA_DIR=/srv/codex npm start     where its data goes
  ANTHROPIC_API_KEY=… npm start           the real model

Every setting: docs/generated/settings.md. Ctrl+C stops it; what was recorded is kept.
`;

/** What to print instead of starting; null: start. Throws for words that would otherwise be passed over in silence. */
export function readCommandLine(words: readonly string[]): string | null {
  if (words.length === 0) return null;
  if (words.includes('--help') || words.includes('-h')) return USAGE;
  if (words.length === 1 && words[0] === '--version') return `${packageJson.version}\n`;
  throw new OperatorError(
    `npm start does not know ${words.join(' ')}. Settings are environment variables: npm start -- --help`,
  );
}
