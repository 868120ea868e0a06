import type { IncomingMessage } from 'node:http';

/** Errors are short; what is longer is somebody's page. */
const MOST_BYTES = 64 * 1024;

/** The first 64 KiB of an answer as text, or what had come when it broke off or fell silent for `idleMs`. */
export async function beginningOf(answer: IncomingMessage, idleMs: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  answer.setTimeout(idleMs, () => answer.destroy());
  try {
    for await (const chunk of answer) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MOST_BYTES) break;
    }
  } catch {
    // It broke off: the status and what was read so far say enough.
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8');
}
