import { type DestinationStream, pino } from 'pino';
import { openLogFile } from './refusals.ts';

/** What may wait for a disk that takes nothing; what comes beyond it is not logged. */
const WAITING_BYTES = 4 * 1024 * 1024;

/**
 * The server's own log. A full disk must not end the server: the lines wait, the first refusal is said on the terminal,
 * and the next line that can be written takes the waiting ones along. What is recorded never lies here.
 */
export function createLogFile(path: string): DestinationStream {
  const destination = pino.destination({ dest: openLogFile(path), sync: false, maxLength: WAITING_BYTES });
  let failing = false;
  destination.on('error', (error: Error) => {
    if (!failing) process.stderr.write(`The log ${path} cannot be written (${error.message}); the server goes on.\n`);
    failing = true;
  });
  destination.on('write', () => {
    failing = false;
  });
  return destination;
}
