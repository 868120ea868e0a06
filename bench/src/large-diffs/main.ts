// `npm run bench:diffs`: what the largest changes cost a manager, the gateway and a tab. Never fails on a time.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { launchChromium } from '@claude-codex/e2e/browser';
import { pssMb } from '../first-load/memory.ts';
import { startSystem } from '../system/system.ts';
import { CHANGES, createRepository } from './changes.ts';
import { type Look, lookAt } from './look.ts';
import { type Measured, markdown } from './report.ts';
import { reviewedTask } from './reviewed-task.ts';

const WEB = resolve(import.meta.dirname, '..', '..', '..', 'web', 'build');
const OUTPUT = resolve(import.meta.dirname, '..', '..', 'results', 'large-diffs.md');
const RUNS = 3;
const run = promisify(execFile);

const work = await mkdtemp(join(tmpdir(), 'claude-codex-diffs-'));
const system = await startSystem({ stores: 1, gateway: { CODEX_WEB_DIR: WEB } });
const browser = await launchChromium();
const gatewayPid = system.services.at(-1)?.pid();
const measured: Measured[] = [];
try {
  for (const change of CHANGES) {
    const { gitDir, ...commits } = await createRepository(join(work, change.name), change);
    const blobs = join(system.directory, 'blobs');
    const store = resolve(import.meta.dirname, 'store-change.ts');
    const args = [store, gitDir, commits.baseSha, commits.headSha, blobs];
    const { stdout } = await run(process.execPath, args);
    const stored = JSON.parse(stdout) as { blobId: string; ms: number; grownMb: number } & Counts;
    const { size } = await stat(join(blobs, stored.blobId.slice(0, 2), stored.blobId.slice(2)));
    const taskId = await reviewedTask(system, change.title, commits, stored);
    const before = await memory();
    const looks: Look[] = [];
    for (let n = 0; n < RUNS; n += 1) {
      looks.push(await lookAt(browser, { url: system.address, cookie: system.headers.cookie ?? '', taskId }));
    }
    measured.push({
      title: change.title,
      stored,
      storedMb: size / 1024 ** 2,
      looks,
      gatewayMb: [before, await memory()],
    });
    process.stdout.write(`${change.title}: ${JSON.stringify(looks)}\n`);
    await rm(join(work, change.name), { recursive: true, force: true });
  }
} finally {
  await browser.close();
  await system.stop();
  await rm(work, { recursive: true, force: true });
}
await mkdir(resolve(OUTPUT, '..'), { recursive: true });
const text = markdown(measured, { Node: process.version, Chromium: browser.version() });
await writeFile(OUTPUT, text);
process.stdout.write(`\n${text}`);

type Counts = { filesChanged: number; additions: number; deletions: number };

async function memory(): Promise<number> {
  return gatewayPid === undefined ? Number.NaN : pssMb(gatewayPid);
}
