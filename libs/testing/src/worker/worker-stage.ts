import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SAMPLE } from '@claude-codex/contracts/sample';
import type { WorkerCommand, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { startDemoModel } from '@claude-codex/demo';
import { copySampleRepository } from '../sample-repository.ts';
import { type ModelScript, startScriptedModel } from '../scripted-model.ts';
import { type FakeEgress, startFakeEgress } from './fake-egress.ts';
import { type FakeMcp, type FakeMcpAnswer, startFakeMcp } from './fake-mcp.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

const run = promisify(execFile);

export interface StageOptions {
  /** Answers of the MCP tools; default `ok` at once. */
  readonly mcp?: FakeMcpAnswer;
  /** A model of the test's own; default the demo's. */
  readonly model?: ModelScript;
}

/** Everything around a supervisor: a checkout of the sample repository, home, model, MCP server and egress. */
export interface WorkerStage {
  readonly folder: string;
  readonly checkout: string;
  readonly home: string;
  readonly bare: string;
  readonly baseSha: string;
  readonly egress: FakeEgress;
  readonly mcp: FakeMcp;
  readonly instanceId: string;
  startCommand(changes?: Partial<WorkerStart>): WorkerCommand;
  /** Starts a supervisor and sends it `startCommand(changes)`. */
  start(changes?: Partial<WorkerStart>, environment?: Record<string, string>): WorkerProcess;
  git(...args: string[]): Promise<string>;
  /** What Claude Code has kept of a session so far; empty when nothing. */
  transcript(sessionId: string): Promise<string>;
  /** Command lines of processes that were started for this instance and still run. */
  processes(): Promise<string[]>;
  close(): Promise<void>;
}

export const STAGE_BRANCH = 'codex/work-1-a1';

let stages = 0;

export async function openWorkerStage(options: StageOptions = {}): Promise<WorkerStage> {
  stages += 1;
  const instanceId = `instance${process.pid}x${stages}`;
  const folder = await mkdtemp(join(tmpdir(), 'codex-worker-'));
  const [bare, checkout, home] = ['sample.git', 'checkout', 'home'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const { headSha: baseSha } = await copySampleRepository(bare);
  await run('git', ['clone', '--quiet', bare, checkout]);
  const git = async (...args: string[]) => (await run('git', args, { cwd: checkout })).stdout.trim();
  await git('checkout', '--quiet', '-b', STAGE_BRANCH);
  const model =
    options.model === undefined ? await startDemoModel({ delayMs: 0 }) : await startScriptedModel(options.model);
  const mcp = await startFakeMcp(options.mcp ?? (() => 'ok'));
  const egress = await startFakeEgress({
    socketPath: join(folder, 'egress.sock'),
    modelUrl: model.url,
    mcpUrl: mcp.url,
  });
  const started: WorkerProcess[] = [];

  function startCommand(changes: Partial<WorkerStart> = {}): WorkerStart {
    return {
      type: 'start',
      id: 'start',
      instanceId,
      instanceName: 'work-1-a1',
      epoch: 1,
      kind: 'coding',
      paths: { checkout, home, egressSocket: egress.socketPath },
      prompt: phasePrompt('plan'),
      systemPrompt: 'You work for Claude Codex.',
      model: null,
      resumeSessionId: null,
      secrets: {},
      env: {},
      branch: STAGE_BRANCH,
      baseSha,
      maxBudgetUsd: null,
      orphanTimeoutMs: null,
      permissions: { mode: 'allow_all', allowTools: [] },
      ...changes,
    };
  }

  return {
    ...{ folder, checkout, home, bare, baseSha, egress, mcp, instanceId, startCommand, git },
    start(changes, environment) {
      const worker = startWorkerProcess(environment);
      started.push(worker);
      worker.send(startCommand(changes));
      return worker;
    },
    transcript: (sessionId) => transcriptOf(home, sessionId),
    processes: () => processesOf(instanceId),
    async close() {
      for (const worker of started) worker.kill('SIGKILL');
      await Promise.all(started.map((worker) => worker.exited));
      await Promise.all([egress.close(), mcp.close(), model.close()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** A phase's first prompt, as the manager words it. */
export function phasePrompt(phase: string, round = 1): string {
  const { title, description } = SAMPLE.suggestedTask;
  return `Phase: ${phase} (round ${round})\n\nTask #1: ${title}\n\n${description}\n\nDeliverables: PLAN.md`;
}

async function transcriptOf(home: string, sessionId: string): Promise<string> {
  const projects = join(home, '.claude/projects');
  const folders = await readdir(projects).catch(() => []);
  const kept = folders.map((folder) => readFile(join(projects, folder, `${sessionId}.jsonl`), 'utf8').catch(() => ''));
  return (await Promise.all(kept)).join('');
}

async function processesOf(instanceId: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      if (!environ.includes(`CODEX_WORKER=${instanceId}.`)) return null;
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ');
    }),
  );
  return found.filter((line) => line !== null && line !== '') as string[];
}
