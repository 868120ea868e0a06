import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems hand out by themselves (32768 on Linux, 49152 elsewhere), above what is often in use. */
const [FIRST, LAST] = [20_000, 32_000];
const given = new Set<number>();

/**
 * A TCP port of the loopback address that was free a moment ago. It is none that the system would give to the next
 * connection or to a server that asks for any port, so it is still free when a test's server comes to listen on it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
