// Run inside a network namespace with loopback only (specs/loopback-only.spec.ts does): the demo's start in a browser.
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { launchChromium, openVisitor } from './browser.ts';
import { agentWorks, becomeOwner, PATIENCE, setupPath, trySample } from './browser-steps.ts';
import { startStandalone } from './standalone.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

say(`devices: ${Object.keys(networkInterfaces()).join(' ')}`);
say(`outside: ${(await reaches('192.0.2.1')) ? 'reachable' : 'not reachable'}`);
const browser = await launchChromium();
const server = await startStandalone();
try {
  say(`first page after ${Math.round(server.startMs)} ms`);
  const owner = await openVisitor(browser, server.url);
  await becomeOwner(owner, await setupPath(server));
  await trySample(owner);
  await agentWorks(owner.page);
  say('agent at work');
  await owner.page.getByRole('region', { name: /^Review of Plan/ }).waitFor(PATIENCE);
  owner.expectClean();
  say('plan in review');
} finally {
  await browser.close();
  await server.remove();
}

/** An address of the documentation range: with a way out it times out, without one it fails at once. */
function reaches(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 443, timeout: 3_000 });
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(true));
    socket.once('error', () => end(false));
  });
}
