// `npm run check`: everything that can be said about the sources without running the product. Each check prints one
// line when it ends; a failing one prints what it found. As many run at once as there are processors.
//   npm run check -- types unused              only those
//   npm run check -- --without import-rules    all but those
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lockFileGaps } from './lib/lock-platforms.mjs';
import { longestFiles } from './lib/longest-files.mjs';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
const folders = ['libs', 'services', 'worker', 'standalone', 'demo', 'infra', 'web/src', 'e2e', 'bench', 'tools'];
const svelte = 'web/src/**/*.svelte';

interface Check {
  name: string;
  /** Null when all is well, otherwise what to show. */
  run: () => Promise<string | null>;
}

/** Longer than 300 lines since before that was the limit. Nothing is added here. */
const LONG: readonly string[] = [];

// Writes $app, which the web's settings extend and an install takes away again: others read it, so it comes first.
const first = command('web-sync', 'turbo', 'run', 'sync', '--output-logs=errors-only');

/** The long ones in front, so that the short ones fill up what is left. */
const checks: Check[] = [
  // What has the same settings is one program: a library is read once, and not once more for each of its users.
  command('types', 'tsc', '-p', 'tsconfig.node.json'),
  command(
    'own-types',
    'turbo',
    'run',
    'typecheck',
    '--continue',
    '--output-logs=errors-only',
    `--concurrency=${cpus().length}`,
  ),
  command('format', 'biome', 'ci', '--colors=off', '.'),
  command('svelte-format', 'prettier', '--log-level', 'warn', '--check', svelte),
  command('svelte-lint', 'eslint', '--max-warnings', '0', svelte),
  command('imports', 'depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...folders),
  command('import-rules', 'vitest', 'run', '--project', 'rules', '--reporter=dot'),
  command('unused', 'knip', '--no-progress', '--treat-config-hints-as-errors'),
  { name: 'file-length', run: async () => longestFiles(root, { most: 300, known: LONG }) },
  { name: 'lock-file', run: async () => lockFileGaps(join(root, 'package-lock.json')) },
  command('generated', 'node', 'tools/generate.ts', '--check'),
  command('tools-types', 'tsc', '-p', 'tools'),
];

const { values, positionals: only } = parseArgs({
  allowPositionals: true,
  options: { without: { type: 'string', multiple: true, default: [] } },
});
const names = [first, ...checks].map(({ name }) => name);
const unknown = [...only, ...values.without].filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  process.exit(2);
}

const failed: string[] = [];
await report(first);
const waiting = checks.values();
await Promise.all(cpus().map(lane));
console.log(failed.length === 0 ? '\nAll checks passed.' : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function lane(): Promise<void> {
  for (const check of waiting) await report(check);
}

/** Runs the check if it was asked for, and prints how it ended. */
async function report({ name, run }: Check): Promise<void> {
  if (values.without.includes(name) || (only.length > 0 && !only.includes(name))) return;
  const started = performance.now();
  const finding = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${finding === null ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${seconds.padStart(5)} s`);
  if (finding === null) return;
  failed.push(name);
  console.log(finding.trimEnd().replace(/^/gm, '       '));
}

function command(name: string, tool: string, ...args: string[]): Check {
  return { name, run: () => outputOfFailure(bin(tool), args) };
}

function outputOfFailure(file: string, args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      TURBO_TELEMETRY_DISABLED: '1',
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
    };
    const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', (error) => resolve(`could not run ${file}: ${error.message}`));
    child.on('close', (code, signal) => {
      resolve(code === 0 ? null : `${Buffer.concat(output).toString()}\n(ended with ${signal ?? code})`);
    });
  });
}
