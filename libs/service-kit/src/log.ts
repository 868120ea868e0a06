import type { DestinationStream, Logger } from 'pino';
import pino from 'pino';
import { prettyLines } from './log-pretty.ts';

export type { Logger } from 'pino';

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'token',
  'secret',
  'secrets',
  'password',
  'apiKey',
  'authToken',
  'value',
];
/** pino's wildcard covers one level each, so every depth we log at is listed. */
const REDACTED = SECRET_KEYS.flatMap((key) => ['', '*', '*.*'].map((parent) => pathOf(parent, key)));

function pathOf(parent: string, key: string): string {
  if (key.includes('-')) return `${parent}["${key}"]`;
  return parent === '' ? key : `${parent}.${key}`;
}

export interface LoggerOptions {
  service: string;
  level?: string;
  /** Defaults to stdout: one JSON object per line, made readable only when a person watches (a terminal). */
  destination?: DestinationStream;
}

/** The one logger of a process. Messages are fixed sentences; ids and numbers travel as fields. */
export function createLogger({ service, level = 'info', destination }: LoggerOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: REDACTED, censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? (process.stdout.isTTY ? prettyLines(process.stdout) : pino.destination({ dest: 1, sync: true })),
  );
}
