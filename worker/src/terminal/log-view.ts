import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { cutText } from '@claude-codex/contracts/text';
import { type JournalRecord, programOf } from '@claude-codex/contracts/worker/protocol';

/** The home is often a small memory file system. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_LINE = 2_000;

export interface LogView {
  add(record: JournalRecord): void;
  close(): void;
}

/**
 * Writes the journal as lines a person can follow in the terminal. Entries arrive masked. Signs are those of WGL4, the set
 * that every usual monospace font has; others show as boxes.
 */
export function createLogView(path: string): LogView {
  const fd = openSync(path, 'a', 0o600);
  let bytes = 0;
  return {
    add({ at, entry }) {
      const line = lineOf(entry);
      if (line === null) return;
      if (bytes > MAX_BYTES) {
        ftruncateSync(fd, 0);
        bytes = 0;
      }
      bytes += writeSync(fd, `\u001b[2m${at.slice(11, 19)}\u001b[0m ${line}\n`);
    },
    close: () => closeSync(fd),
  };
}

function lineOf(entry: JournalRecord['entry']): string | null {
  switch (entry.type) {
    case 'session_started': {
      const { name, version } = programOf(entry);
      return `● session ${entry.sessionId} · ${name} ${version} · ${entry.model}`;
    }
    case 'user_message':
      return `\u001b[1m› ${firstLine(clean(entry.text))}\u001b[0m`;
    case 'assistant_text':
      return clean(entry.text);
    case 'tool_call':
      return `\u001b[36m→ ${entry.tool}\u001b[0m ${cutText(clean(JSON.stringify(entry.input)), 200)}`;
    case 'tool_result':
      return `\u001b[2m  └ ${entry.isError ? 'failed: ' : ''}${cutText(clean(entry.output), 400)}\u001b[0m`;
    case 'turn_ended':
      return `● turn ended: ${howEnded(entry)} · ${entry.toolCalls} tool calls · ${Math.round(entry.durationMs / 1000)} s`;
    case 'background':
      return entry.running.length === 0
        ? null
        : `◦ beside it: ${entry.running.map(({ what }) => clean(what)).join(', ')}`;
    case 'warning':
      return `\u001b[33m! ${entry.code} ${entry.detail}\u001b[0m`;
    case 'exited':
      return `● exited: ${entry.reason}`;
    default:
      return null;
  }
}

/** A prompt is pages long and stands whole under Activity; here its beginning says which one it was. */
function firstLine(text: string): string {
  const [first = '', ...rest] = text.trim().split('\n');
  return rest.length > 0 ? `${first.trimEnd()} …` : first;
}

/** Control characters of what an agent printed must not reach the terminal of the person who watches. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
  return cutText(text, MAX_LINE).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** A turn whose model call was refused is a success that is an error. */
function howEnded({ subtype, isError }: { subtype: string; isError: boolean }): string {
  return isError && subtype === 'success' ? 'error' : subtype;
}
