import { RuntimeInfo, subjects } from '@claude-codex/contracts';
import { requestJson } from '@claude-codex/service-kit';
import type { Bus } from '@claude-codex/service-kit/bus';
import type { DataDir } from './data-dir.ts';
import type { Infrastructure } from './infrastructure.ts';
import type { StandaloneEnv } from './settings.ts';

/** One line of the start: what was looked at and what was found. */
export function printLine(what: string, found: string): void {
  process.stdout.write(`  ✓ ${what.padEnd(9)} ${found}\n`);
}

interface Ready {
  env: StandaloneEnv;
  dir: DataDir;
  setupLink: string | null;
  infrastructure: Infrastructure;
}

function askRuntime(bus: Bus): Promise<RuntimeInfo> {
  return requestJson(bus, subjects.manager.runtimeInfo, {}, RuntimeInfo, { timeoutMs: 2_000 });
}

/** What becomes of the agents, for the person who stops the server. */
export async function printStopping(bus: Bus): Promise<void> {
  const { name } = await askRuntime(bus);
  const agents =
    name === 'process'
      ? 'Agents end with the server and go on from where they were at the next start.'
      : 'Agents in containers go on and are taken up at the next start; without one, end them with docker rm.';
  process.stdout.write(`\n  Stopping. ${agents}\n`);
}

function all(places: readonly string[]): string {
  return [places.slice(0, -1).join(', '), ...places.slice(-1)].filter((words) => words !== '').join(' and ');
}

export async function printReady({ env, dir, setupLink, infrastructure }: Ready): Promise<void> {
  const runtime = await askRuntime(infrastructure.bus);
  printLine(
    'Agents',
    runtime.isolated ? runtime.label : `${runtime.label} (no sandbox: people are asked before one starts)`,
  );
  printLine('Data', `${dir.root} (to start over, remove ${all([dir.root, ...infrastructure.databasePlaces])})`);
  printLine('Log', dir.log);
  const address = env.CODEX_PUBLIC_URL ?? `http://localhost:${env.PORT}`;
  process.stdout.write(`\n  Claude Codex is ready at ${address}\n`);
  if (setupLink !== null) process.stdout.write(`  Make your account with this one-time link: ${setupLink}\n`);
  process.stdout.write('  Stop with Ctrl+C.\n\n');
}
