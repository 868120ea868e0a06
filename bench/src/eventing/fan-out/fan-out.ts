import { loadavg } from 'node:os';
import { openSse } from '../../system/sse-client.ts';
import { type System, startSystem } from '../../system/system.ts';
import type { LoadResult } from '../append-load.ts';
import type { Row } from '../row.ts';
import { serveGateway } from './gateway.ts';
import { MARK, percentilesOf } from './mark.ts';
import { cpuSeconds, memoryKb } from './process-cost.ts';
import { type FanOutServer, startBareNode, startNchan } from './servers.ts';
import { openWatchers, type Watchers } from './watchers.ts';

const BURST = 100;
const PUBLISHERS = 32;
const PER_SECOND = 20;
const SETTLE_MS = 2_000;

interface Options {
  ms: number;
  runs: number;
  clients: number;
}

interface Measured {
  runs: LoadResult[];
  note: string;
}

/** Bursts (the next one when everybody has the last) and a steady rate, to so many readers, at each server in turn. */
export async function measureFanOut({ ms, runs, clients: count }: Options, say: (row: Row) => void): Promise<void> {
  const rows: Row[] = [];
  const workloads = [
    `SSE fan-out, ${count.toLocaleString('en')} clients, bursts of ${BURST} events`,
    `SSE fan-out, ${count.toLocaleString('en')} clients, ${PER_SECOND} events/s`,
  ] as const;
  const unit = 'deliveries/s';
  const add = async (server: FanOutServer): Promise<void> => {
    const { name, guarantees } = server;
    const [bursts, steady] = await measureServer(server, count, { ms, runs })
      .catch((error: unknown) => {
        // One server that does not keep up on this machine costs no other its row.
        const missing = { runs: [], note: `not measured: ${error instanceof Error ? error.message : error}` };
        return [missing, missing] as const;
      })
      .finally(() => server.stop());
    rows.push({ workload: workloads[0], name, guarantees, unit, ...bursts });
    rows.push({ workload: workloads[1], name, guarantees, unit, ...steady });
  };
  const system = await startSystem({ stores: 1, patient: true, gateway: { LOG_LEVEL: 'info' } });
  let frame: string;
  try {
    const ours = await serveGateway(system, count);
    frame = await frameOf(system, ours);
    await add(ours);
  } finally {
    await system.stop();
  }
  await add(await startBareNode(frame));
  const nchan = await startNchan(frame);
  if (nchan !== null) await add(nchan);
  for (const workload of workloads) {
    for (const row of rows.filter((one) => one.workload === workload)) say(row);
    if (nchan !== null) continue;
    const note = 'not measured: libnginx-mod-nchan is not installed';
    say({ workload, name: 'nginx nchan', runs: [], unit, guarantees: 'in memory; no rights', note });
  }
}

async function measureServer(
  server: FanOutServer,
  clients: number,
  { ms, runs }: Pick<Options, 'ms' | 'runs'>,
): Promise<[Measured, Measured]> {
  const before = memoryKb(server.pids());
  const connecting = performance.now();
  const watchers = await openWatchers(server.target, clients);
  const opened = (performance.now() - connecting) / 1_000;
  try {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const idle = (memoryKb(server.pids()) - before) / clients;
    let perClient = 0;
    const bursts = await repeat(server, runs, async () => {
      const { sent, elapsed } = await burst(server, watchers, perClient, ms);
      perClient += sent;
      return { elapsed, ...(await seen(watchers, sent * clients)) };
    });
    const steady = await repeat(server, runs, async () => {
      const { sent, elapsed } = await steadily(server, watchers, perClient, ms);
      perClient += sent;
      return { elapsed, ...(await seen(watchers, sent * clients)) };
    });
    const after = (memoryKb(server.pids()) - before) / clients;
    const { cut, repeated, frames } = await watchers.report(true);
    const memory = `${idle.toFixed(1)} KB a client idle, ${after.toFixed(1)} KB after all`;
    const again =
      repeated === 0 ? '' : `; ${((repeated / frames) * 100).toFixed(1)} % more came again and do not count`;
    const cuts = `${again}${cut === 0 ? '' : `; ${cut} streams were cut`}`;
    return [
      { runs: bursts.results, note: `${bursts.cpu}; all connected in ${opened.toFixed(1)} s${cuts}` },
      { runs: steady.results, note: `${steady.cpu}; ${memory}${cuts}` },
    ];
  } finally {
    await watchers.close();
  }
}

async function repeat(
  server: FanOutServer,
  runs: number,
  run: () => Promise<Omit<LoadResult, 'perSecond'> & { elapsed: number }>,
): Promise<{ results: LoadResult[]; cpu: string }> {
  const results: LoadResult[] = [];
  const [cpu, wall] = [cpuSeconds(server.pids()), performance.now()];
  for (let nth = 0; nth < runs; nth += 1) {
    const { elapsed, ...result } = await run();
    results.push({ ...result, perSecond: (result.count / elapsed) * 1_000 });
  }
  const used = (cpuSeconds(server.pids()) - cpu) / ((performance.now() - wall) / 1_000);
  return { results, cpu: `${(used * 100).toFixed(0)} % of a processor, load ${loadavg()[0]?.toFixed(1)}` };
}

async function seen(watchers: Watchers, count: number): Promise<Omit<LoadResult, 'perSecond'>> {
  const { slots } = await watchers.report(true);
  return { count, ...percentilesOf(slots) };
}

async function burst(server: FanOutServer, watchers: Watchers, had: number, ms: number) {
  const started = performance.now();
  let sent = 0;
  while (performance.now() - started < ms) {
    let left = BURST;
    await Promise.all(
      Array.from({ length: PUBLISHERS }, async () => {
        while (left > 0) {
          left -= 1;
          await server.publish();
        }
      }),
    );
    sent += BURST;
    await watchers.reached(had + sent, 60_000);
  }
  return { sent, elapsed: performance.now() - started };
}

async function steadily(server: FanOutServer, watchers: Watchers, had: number, ms: number) {
  const started = performance.now();
  const asked: Promise<void>[] = [];
  while (performance.now() - started < ms) {
    asked.push(server.publish());
    const due = started + (asked.length * 1_000) / PER_SECOND;
    await new Promise((resolve) => setTimeout(resolve, Math.max(due - performance.now(), 0)));
  }
  await Promise.all(asked);
  await watchers.reached(had + asked.length, 60_000);
  return { sent: asked.length, elapsed: performance.now() - started };
}

/** What our gateway sends for one event, as text. */
async function frameOf(system: System, server: FanOutServer): Promise<string> {
  const found = Promise.withResolvers<string>();
  const client = openSse(`${system.address}/api/stream`, system.headers, ({ event, data, id }) => {
    const json = JSON.stringify(data);
    if (json.includes(MARK))
      found.resolve(`event: ${event}\ndata: ${json}\n\nid: ${id ?? `${'0'.repeat(32)}-1000`}\n\n`);
  });
  while (client.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await server.publish();
  const frame = await found.promise;
  await client.stop();
  return frame;
}
