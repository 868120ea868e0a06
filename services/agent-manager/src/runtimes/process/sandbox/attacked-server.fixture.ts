// A server's half of the attack tests, in a process of its own so that it can be any user: one sandboxed worker, which
// runs the commands that come in, one a line. Its environment and its data directory ($1) hold what must not leak.
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { newId } from '@claude-codex/service-kit/ids';
import { createDirectories } from '../../../checkouts/directories.ts';
import { instanceDirectories } from '../../instance-directories.ts';
import type { WorkerId } from '../../places.ts';
import { preparedWorker } from '../../prepared-worker.fixture.ts';
import { startCommand } from '../../start-command.fixture.ts';
import { runtimeSettings, USER } from '../process-runtime.fixture.ts';
import { createProcessRuntime } from '../process-runtime.ts';
import { isRoot } from './agent-user.ts';

const [, , root = '', worker = ''] = process.argv;
const CANARY = process.env.CODEX_CANARY ?? '';

/** What an agent's command did: how it ended and what it printed. */
export interface Attacked {
  status: number | null;
  output: string;
}

/** The places of a worker with a canary in each, and the modes that egress gives to the directory of a door. */
async function withCanaries({ instanceId, epoch }: WorkerId) {
  const { checkout, home, sockets } = instanceDirectories(createDirectories(root), instanceId);
  const directories = { checkout, home, sockets: sockets(epoch) };
  await chmod(directories.sockets, 0o700);
  if (isRoot()) await chown(directories.sockets, USER.uid, USER.gid);
  for (const path of Object.values(directories)) await writeFile(join(path, 'canary'), CANARY);
  return directories;
}

async function listening(address: string | number): Promise<number> {
  const server = createServer((socket) => socket.end(CANARY));
  await new Promise<void>((resolve) => server.listen(address, resolve));
  const at = server.address();
  return at !== null && typeof at === 'object' ? at.port : 0;
}

await mkdir(join(root, 'secrets'), { recursive: true });
await writeFile(join(root, 'secrets', 'master-key'), CANARY);
const runtime = createProcessRuntime(await runtimeSettings(root, worker, true));
const attacker = await preparedWorker(runtime.places);
const own = await withCanaries(attacker);
const other = await withCanaries(await preparedWorker(runtime.places));
await listening(join(other.sockets, 'egress.sock'));
await listening(`\0${CANARY}`);
const port = await listening(0);

const handle = await runtime.start(attacker);
const connection = runtime.attach(handle);
await connection.send(startCommand(attacker, runtime));
const answers = connection.records(0)[Symbol.asyncIterator]();
const say = (facts: unknown) => process.stdout.write(`${JSON.stringify(facts)}\n`);
say({ pid: process.pid, port, own, other, name: handle.name, user: USER.uid });

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'kill') {
    await runtime.kill(handle);
    say({ status: 0, output: 'killed' });
    continue;
  }
  await connection.send({ type: 'message', id: newId(), text: `run ${JSON.parse(line)}`, interrupt: false });
  for (;;) {
    const { value } = await answers.next();
    if (value?.entry.type !== 'assistant_text') continue;
    say(JSON.parse(value.entry.text));
    break;
  }
}
await runtime.remove(handle);
process.exit(0);
