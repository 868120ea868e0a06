import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { streamOf } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { waitFor } from '@claude-codex/testing';
import { diagnose } from '../../../tools/operate/diagnose.ts';
import { type System, startSystem } from '../system/system.ts';
import { breakThings } from './break-things.ts';
import { followUpsIn } from './follow-ups.ts';
import { readLog } from './read-log.ts';
import { compareWithAnswers, type Verdict } from './verdict.ts';
import { type Viewer, watchTask } from './viewer.ts';
import { runWriters, type Written } from './writers.ts';

export interface ChaosOptions {
  seconds: number;
  writers?: number;
  seed?: number;
  onProgress?: (line: string) => void;
}

const HOT_TASKS = 4;

/**
 * Real processes under writers and browsers while they are killed and frozen at random. What was acknowledged is kept
 * here, outside the system, and compared with the log afterwards.
 */
export async function runChaos({
  seconds,
  writers = 24,
  seed = Date.now(),
  onProgress,
}: ChaosOptions): Promise<Verdict> {
  const system = await startSystem({ also: ['orchestrator', 'git'] });
  try {
    const hot = Array.from({ length: HOT_TASKS }, () => streamOf('task', newId()));
    const writing = await runWriters(system, { writers, hot, repository: makeRepository(system.directory) });
    const viewers = hot.map((stream) => watchTask(system, stream));
    const broken = await breakThings(system, {
      seconds,
      seed,
      onProgress: (line) => onProgress?.(`${line}; ${writing.progress()}`),
    });
    onProgress?.('waiting for unknown outcomes');
    const written = await writing.stop();
    onProgress?.('waiting for read models and viewers');
    return { ...(await judge(system, viewers, written)), ...broken };
  } finally {
    await system.stop();
  }
}

/** @returns the path of one with a commit */
function makeRepository(below: string): string {
  const path = join(below, 'connected');
  const git = (...args: string[]) => execFileSync('git', ['-C', path, ...args], { stdio: 'ignore' });
  mkdirSync(path);
  git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(path, 'greet.js'), 'export const greet = () => "Hello";\n');
  git('add', '.');
  git('-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', 'commit', '--quiet', '--message=Greet');
  return path;
}

async function judge(
  system: System,
  viewers: readonly Viewer[],
  written: Written,
): Promise<Omit<Verdict, 'damage' | 'endedThemselves'>> {
  const { connectionString } = system.postgres;
  // What was asked for while everything was killed is done now, by services that run again.
  const log = await waitFor(
    'what follows from the last events',
    async () => {
      const now = await readLog(connectionString);
      return followUpsIn(now).missing.length === 0 ? now : null;
    },
    { timeoutMs: 120_000, everyMs: 1_000 },
  ).catch(() => readLog(connectionString));
  await waitFor('the read models to catch up', () => boardReaches(system, log.length), {
    timeoutMs: 300_000,
    everyMs: 250,
  });
  const seen = [];
  for (const viewer of viewers) seen.push(await viewer.judge(log));
  // I8, what a browser sees, was just judged here.
  const findings = (await diagnose({ connectionString, natsUrl: system.nats.url })).filter(({ id }) => id !== 'I8');
  const lines = (ok: boolean | null) =>
    findings.filter((finding) => finding.ok === ok).map(({ id, title, detail }) => `${id} ${title}: ${detail}`);
  return {
    events: log.length,
    acknowledged: written.acknowledged.length,
    unknownOutcomes: written.unknown,
    conflicts: written.conflicts.size,
    ...compareWithAnswers(log, written),
    followUps: followUpsIn(log),
    broken: lines(false),
    notLookedAt: lines(null),
    viewers: seen,
  };
}

async function boardReaches({ address, headers }: System, position: number): Promise<boolean> {
  const response = await fetch(`${address}/api/board?perColumn=1`, { headers });
  return response.ok && ((await response.json()) as { position: number }).position >= position;
}
