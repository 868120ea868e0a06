import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type System, startSystem } from '../../system/system.ts';
import type { LoadResult } from '../append-load.ts';
import { cpuSeconds } from '../fan-out/process-cost.ts';
import { fillWorkspace } from '../fill-workspace.ts';
import { installPeers } from '../peers.ts';
import type { Row } from '../row.ts';
import { askMany } from './ask-many.ts';

const CONNECTIONS = 32;
const STEADY_PER_SECOND = 500;
const STEADY_CONNECTIONS = 50;
const OURS = 'logged in, rights checked, one line of log each; never older than min_position';

interface Options {
  ms: number;
  runs: number;
  tasks: number;
}

/** The board and a task's page over HTTP, as a browser asks for them, beside a Fastify that sends the same bytes. */
export async function measureReads({ ms, runs, tasks }: Options, say: (row: Row) => void): Promise<void> {
  await installPeers();
  const system = await startSystem({ stores: 1, patient: true, gateway: { LOG_LEVEL: 'info' } });
  try {
    const { taskIds, position } = await fillWorkspace(system.store, { workspaceId: system.workspaceId, tasks });
    await fetch(`${system.address}/api/board?min_position=${position}`, { headers: system.headers });
    await shown(system, position);
    const pages = [
      { what: `board of ${tasks.toLocaleString('en')} tasks`, path: '/api/board' },
      { what: 'task page', path: `/api/tasks/${taskIds[0]}` },
    ];
    for (const { what, path } of pages) {
      for (const encoding of ['br', 'identity']) {
        await measurePage(system, { what, path, encoding, ms, runs }, say);
      }
    }
    await measureWhileWriting(system, { taskIds, ms, runs }, say);
  } finally {
    await system.stop();
  }
}

async function measurePage(
  system: System,
  { what, path, encoding, ms, runs }: { what: string; path: string; encoding: string; ms: number; runs: number },
  say: (row: Row) => void,
): Promise<void> {
  const headers = { ...system.headers, 'accept-encoding': encoding };
  const url = system.address + path;
  const answer = await fetchRaw(url, headers);
  const bare = await startBareFastify(answer.body, answer.encoding);
  const size = `${(answer.body.length / 1_024).toFixed(1)} KB${answer.encoding === '' ? '' : ` ${answer.encoding}`}`;
  const gatewayPid = system.services.at(-1)?.pid() ?? 0;
  try {
    const rows: { name: string; guarantees: string; url: string; pid: number }[] = [
      { name: 'Claude Codex gateway', guarantees: OURS, url, pid: gatewayPid },
      { name: 'a bare Fastify, same bytes', guarantees: 'none', url: bare.url, pid: bare.pid },
    ];
    const free: LoadResult[][] = [[], []];
    const steady: LoadResult[][] = [[], []];
    for (let run = 0; run < runs; run += 1) {
      for (const [index, row] of rows.entries()) {
        const asked = { url: row.url, headers, ms };
        free[index]?.push(await askMany({ ...asked, connections: CONNECTIONS, perSecond: null }));
      }
    }
    const notes: string[] = [];
    for (const [index, row] of rows.entries()) {
      const before = cpuSeconds([row.pid]);
      for (let run = 0; run < runs; run += 1) {
        const asked = { url: row.url, headers, ms, connections: STEADY_CONNECTIONS };
        steady[index]?.push(await askMany({ ...asked, perSecond: STEADY_PER_SECOND }));
      }
      const used = ((cpuSeconds([row.pid]) - before) / ((runs * ms) / 1_000)) * 100;
      notes.push(`${used.toFixed(0)} % of a processor; load ${loadavg()[0]?.toFixed(1)}`);
    }
    const unit = 'requests/s';
    for (const [index, { name, guarantees }] of rows.entries()) {
      const workload = `API read: ${what}, ${size}, ${CONNECTIONS} connections`;
      say({ workload, name, runs: free[index] ?? [], unit, guarantees, note: `load ${loadavg()[0]?.toFixed(1)}` });
    }
    for (const [index, { name, guarantees }] of rows.entries()) {
      const workload = `API read: ${what}, ${size}, ${STEADY_PER_SECOND} requests/s`;
      say({ workload, name, runs: steady[index] ?? [], unit, guarantees, note: notes[index] ?? '' });
    }
  } finally {
    await bare.stop();
  }
}

/** The board asked for while tasks change: nothing that was made ready before is still true. */
async function measureWhileWriting(
  system: System,
  { taskIds, ms, runs }: { taskIds: readonly string[]; ms: number; runs: number },
  say: (row: Row) => void,
): Promise<void> {
  const writing = new AbortController();
  const writes = (async () => {
    for (let nth = 0; !writing.signal.aborted; nth += 1) {
      await fetch(`${system.address}/api/tasks/${taskIds[nth % taskIds.length]}`, {
        method: 'PATCH',
        headers: { ...system.headers, 'content-type': 'application/json' },
        body: JSON.stringify({ labels: [`change-${nth}`] }),
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  try {
    const results: LoadResult[] = [];
    for (let run = 0; run < runs; run += 1) {
      const headers = { ...system.headers, 'accept-encoding': 'br' };
      const asked = { url: `${system.address}/api/board`, headers, ms, connections: STEADY_CONNECTIONS };
      results.push(await askMany({ ...asked, perSecond: STEADY_PER_SECOND }));
    }
    say({
      workload: `API read: board, br, ${STEADY_PER_SECOND} requests/s while tasks change about 18 times a second`,
      name: 'Claude Codex gateway',
      runs: results,
      unit: 'requests/s',
      guarantees: OURS,
      note: `load ${loadavg()[0]?.toFixed(1)}`,
    });
  } finally {
    writing.abort();
    await writes;
  }
}

/** Waits until the read models have everything. */
async function shown(system: System, position: number): Promise<void> {
  for (;;) {
    const response = await fetch(`${system.address}/api/board?perColumn=1`, { headers: system.headers });
    const board = (await response.json()) as { position: number };
    if (board.position >= position) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The body as it came over the wire: fetch would unpack it. */
async function fetchRaw(url: string, headers: Record<string, string>): Promise<{ body: Buffer; encoding: string }> {
  const asked = request(url, { headers });
  asked.end();
  const [response] = await once(asked, 'response');
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
  return { body: Buffer.concat(parts), encoding: String(response.headers['content-encoding'] ?? '') };
}

async function startBareFastify(body: Buffer, encoding: string) {
  const directory = await mkdtemp(join(tmpdir(), 'codex-bare-fastify-'));
  const file = join(directory, 'body');
  await writeFile(file, body);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-fastify.ts'), file, encoding], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: line.toString().trim(),
    pid: child.pid ?? 0,
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
