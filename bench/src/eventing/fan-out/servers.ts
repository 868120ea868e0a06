import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@claude-codex/testing';
import { MARK, MARK_LENGTH, markNow } from './mark.ts';
import type { Target } from './watchers.ts';

/** Somebody who hands events to many readers. */
export interface FanOutServer {
  name: string;
  guarantees: string;
  target: Target;
  /** The process that holds the streams, and its workers. */
  pids(): number[];
  /** Asks for one event with a mark of now; resolves when it was taken. */
  publish(): Promise<void>;
  stop(): Promise<void>;
}

const NCHAN_MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** `frame` is what our gateway sends for one event: every server sends the same bytes. */
export async function startBareNode(frame: string): Promise<FanOutServer> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-node.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  const { post, stop } = poster(port, '/', {});
  return {
    name: 'a bare Node loop (node:http)',
    guarantees: 'none: no log in, no history to resume from, no limit to what a slow reader piles up',
    target: { port, path: '/', headers: [{}] },
    pids: () => (child.pid === undefined ? [] : [child.pid]),
    publish: () => post(marked(frame)),
    async stop() {
      stop();
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

/** Null where nginx or the module is not installed (Debian: libnginx-mod-nchan). */
export async function startNchan(frame: string): Promise<FanOutServer | null> {
  if (!existsSync(NCHAN_MODULE)) return null;
  const directory = mkdtempSync(join(tmpdir(), 'codex-nchan-'));
  const port = await freePort();
  const config = join(directory, 'nginx.conf');
  writeFileSync(config, nchanConfig(directory, port));
  const child = spawn('nginx', ['-c', config, '-p', directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  await waitFor('nginx', async () => (await fetch(`http://127.0.0.1:${port}/`)).status === 204, { timeoutMs: 10_000 });
  // nchan frames by itself: of our frame it gets the event's name and the data.
  const [, event = 'message', data = ''] = /^event: (.*)\ndata: (.*)\n/m.exec(frame) ?? [];
  const { post, stop } = poster(port, '/publish', { 'x-eventsource-event': event });
  return {
    name: 'nginx nchan 1.3.6, one worker per processor',
    guarantees: 'last 500 events to resume from, in memory; no log in, no rights, nothing stored',
    target: { port, path: '/subscribe', headers: [{}] },
    pids: () => (child.pid === undefined ? [] : [child.pid, ...childrenOf(child.pid)]),
    publish: () => post(marked(data)),
    async stop() {
      stop();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The frame with the mark of now in the place of its old one. */
function marked(frame: string): string {
  const at = frame.indexOf(MARK);
  return frame.slice(0, at) + markNow() + frame.slice(at + MARK_LENGTH);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

function poster(port: number, path: string, headers: Record<string, string>) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  async function post(body: string): Promise<void> {
    const asked = request({
      port,
      path,
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': body.length },
    });
    asked.end(body);
    const [response] = await once(asked, 'response');
    response.resume();
    await once(response, 'end');
    if (response.statusCode >= 300) throw new Error(`publishing answered ${response.statusCode}`);
  }
  return { post, stop: () => agent.destroy() };
}

function nchanConfig(directory: string, port: number): string {
  return `load_module ${NCHAN_MODULE};
worker_processes auto;
worker_rlimit_nofile 20000;
daemon off;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 12000; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  client_body_buffer_size 64k;
  keepalive_requests 1000000000;
  nchan_shared_memory_size 512m;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = / { return 204; }
    location = /publish { nchan_publisher; nchan_channel_id bench; nchan_message_buffer_length 500; }
    location = /subscribe { nchan_subscriber eventsource; nchan_channel_id bench; nchan_subscriber_first_message newest; }
  }
}
`;
}
