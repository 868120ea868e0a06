import type { DestinationStream } from 'pino';

const COLOURS: Record<string, string> = { warn: '\u001b[33m', error: '\u001b[31m', fatal: '\u001b[31m' };
const RESET = '\u001b[0m';
const HIDDEN = new Set(['time', 'level', 'msg', 'service', 'err']);

/** Turns JSON log lines into `12:00:01 service message key=value` for a person at a terminal. */
export function prettyLines(out: { write(text: string): unknown }): DestinationStream {
  return {
    write(line) {
      const record: Record<string, unknown> = JSON.parse(line);
      const fields = Object.entries(record).filter(([key]) => !HIDDEN.has(key));
      const rest = fields.map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
      const time = String(record.time).slice(11, 19);
      const colour = COLOURS[String(record.level)] ?? '';
      out.write(`${time} ${String(record.service).padEnd(14)} ${colour}${record.msg}${RESET}${rest.join('')}\n`);
      const error = record.err;
      if (error !== null && typeof error === 'object' && 'stack' in error) out.write(`${error.stack}\n`);
    },
  };
}
