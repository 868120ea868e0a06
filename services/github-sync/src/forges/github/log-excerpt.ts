import { FORGE_REPORT_MAX } from '@claude-codex/contracts/pull-request/events';
import { cleanText, cutText } from '@claude-codex/contracts/text';
import { maskText } from '@claude-codex/eventing';

/** What a longer line says more is rarely why something failed. */
const LINE_MAX = 500;
/** After the error the step says at most how it ended. */
const LINES_AFTER = 3;
const LEFT_OUT = '[…]';

/** When a line was written stands before each of them. */
const TIME = /^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?/;
/** Colours and titles of terminals: CSI, then OSC, then what else begins with an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const COLOURS = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b./g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const ERROR = /^##\[error\]/;
const STEP = /^##\[group\]Run |^Post job cleanup\.$/;

/**
 * The part of a job's log that says why it failed: the last failing step up to its error, or the end of a log that names
 * none. What looks like a credential is left out: nobody but GitHub has masked it.
 */
export function logExcerpt(log: string): string {
  const lines = log.split('\n').map(plain);
  const error = lines.findLastIndex((line) => ERROR.test(line));
  const last = error === -1 ? lines.length - 1 : endOfStep(lines, error);
  const first = error === -1 ? 0 : lines.findLastIndex((line, index) => index <= error && STEP.test(line));
  return endOf(lines.slice(Math.max(first, 0), last + 1));
}

/** A text of others as short as an event takes it. */
export function cutReport(text: string): string {
  return cutText(maskText(cleanText(text.replace(COLOURS, '').trim())), FORGE_REPORT_MAX);
}

/** A line as a terminal would leave it: what was written over is gone. */
function plain(line: string): string {
  const written = line.replace(TIME, '').replace(COLOURS, '').trimEnd();
  const shown = written.slice(written.lastIndexOf('\r') + 1).replace(CONTROLS, '');
  return shown.length > LINE_MAX ? `${cutText(shown, LINE_MAX)}${LEFT_OUT}` : shown;
}

function endOfStep(lines: readonly string[], error: number): number {
  const next = lines.findIndex((line, index) => index > error && STEP.test(line));
  return Math.min(next === -1 ? lines.length - 1 : next - 1, error + LINES_AFTER);
}

/** What was run, and as much of the end of what it printed as fits. */
function endOf([title = '', ...rest]: readonly string[]): string {
  const safe = maskText([title, ...rest].join('\n')).trim();
  if (safe.length <= FORGE_REPORT_MAX) return cutReport(safe);
  const [head = '', ...printed] = safe.split('\n');
  const room = FORGE_REPORT_MAX - head.length - LEFT_OUT.length - 2;
  let length = 0;
  const from = printed.findLastIndex((line) => {
    length += line.length + 1;
    return length > room;
  });
  return cutReport([head, LEFT_OUT, ...printed.slice(from + 1)].join('\n'));
}
