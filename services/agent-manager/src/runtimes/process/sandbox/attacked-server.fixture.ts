// A server's half of the attack tests, in a process of its own so that it can be any user: one sandboxed worker, which
// runs the commands that come in, one a line. Its environment and its data directory ($1) hold what must not leak.
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { newId } from '@claude-codex/service-kit/ids';
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

async function instance(name: string): Promise<{ checkout: string; home: string; sockets: string }> {
  const directories = {
    checkout: join(root, name, 'checkout'),
    home: join(root, name, 'home'),
    sockets: join(root, name, 's'),
  };
  for (const path of Object.values(directories)) {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if (isRoot()) await chown(path, USER.uid, USER.gid);
    await writeFile(join(path, 'canary'), CANARY);
  }
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
const own = await instance('own');
const other = await instance('other');
await listening(join(other.sockets, 'egress.sock'));
await listening(`\0${CANARY}`);
const port = await listening(0);

const runtime = createProcessRuntime(await runtimeSettings(root, worker, true));
const spec = { instanceId: newId(), epoch: 1, directories: own };
const handle = await runtime.start(spec);
const connection = runtime.attach(handle);
await connection.send(startCommand(spec, runtime));
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
