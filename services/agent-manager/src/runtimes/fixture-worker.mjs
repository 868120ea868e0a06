// A stand-in for the supervisor in the runtime contract: journals what it is sent and misbehaves when told to. What it
// runs for `run …` is what an agent's command would be.
import { spawn, spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

let seq = 0;
let epoch = 0;
function write(entry) {
  seq += 1;
  writeSync(1, `${JSON.stringify({ seq, at: new Date().toISOString(), entry })}\n`);
}

function exit(code, reason) {
  write({ type: 'exited', reason, detail: '' });
  process.exit(code);
}

const deeds = {
  'exit 3': () => exit(3, 'failed'),
  stubborn: () => process.on('SIGTERM', () => undefined),
  orphan: () => {
    const env = { ...process.env, CODEX_WORKER: process.env.CODEX_WORKER };
    spawn('sleep', ['300'], { detached: true, stdio: 'ignore', env }).unref();
  },
  allocate: () => {
    const kept = [];
    setInterval(() => kept.push(Buffer.alloc(64 * 1024 * 1024, 1)), 20);
  },
  environment: () => {
    const text = Object.entries(process.env)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n');
    write({ type: 'assistant_text', text });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const command = JSON.parse(line);
  if (command.type === 'ping') continue;
  if (command.type === 'start') {
    epoch = command.epoch;
    write({ type: 'supervisor_started', pid: process.pid, epoch, versions: {} });
    continue;
  }
  const text = command.text.length > 1000 ? `${command.text.length} characters` : command.text;
  write({ type: 'user_message', commandId: command.id, text });
  if (command.text.startsWith('run ')) {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command.text.slice(4)], { encoding: 'utf8' });
    write({ type: 'assistant_text', text: JSON.stringify({ status, output: `${stdout}${stderr}`.slice(-20_000) }) });
  }
  deeds[command.text]?.();
  write({ type: 'ack', commandId: command.id, ok: true, detail: '' });
}
