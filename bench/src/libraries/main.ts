// `npm run bench:libraries`: what we wrote ourselves beside the library it could have been; never fails on a number.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { installPeers } from '../eventing/peers.ts';
import type { Ran } from './comparison.ts';
import { comparisons } from './comparisons.ts';

const RUNS = 5;
const OUTPUT = resolve(import.meta.dirname, '..', '..', 'results', 'libraries.md');
const run = promisify(execFile);

type Measured = Ran & { readonly peakMb: number };

await installPeers();
const rows: string[] = [];
for (const [name, { title }] of Object.entries(comparisons)) {
  const library: Measured[] = [];
  const ours: Measured[] = [];
  // Turn by turn, so that a busy moment of the machine meets both.
  for (let count = 0; count < RUNS; count += 1) {
    library.push(await once(name, 'library'));
    ours.push(await once(name, 'ours'));
  }
  rows.push(row(title, library, ours));
  process.stdout.write(`${rows.at(-1)}\n`);
}
await writeFile(OUTPUT, page(rows));

async function once(name: string, way: 'ours' | 'library'): Promise<Measured> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'run-one.ts'), name, way]);
  return JSON.parse(stdout) as Measured;
}

function row(title: string, library: readonly Measured[], ours: readonly Measured[]): string {
  const time = median(ours, 'ms') / median(library, 'ms');
  const memory = median(ours, 'peakMb') / median(library, 'peakMb');
  const cells = [title, amounts(library), amounts(ours), `${time.toFixed(2)} · ${memory.toFixed(2)}`];
  return `| ${cells.join(' | ')} |`;
}

function amounts(measured: readonly Measured[]): string {
  const result = measured[0]?.result ?? '';
  return `${median(measured, 'ms').toFixed(0)} ms, ${median(measured, 'peakMb').toFixed(0)} MB: ${result}`;
}

function median(measured: readonly Measured[], key: 'ms' | 'peakMb'): number {
  const sorted = measured.map((one) => one[key]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function page(lines: readonly string[]): string {
  return `# Our own code beside the library it could have been

Medians of ${RUNS}, each in a process of its own, library and ours in turn; memory is the most the process held (RSS), with the
packages that it loaded. The last column is ours divided by the library's. \`npm run bench:libraries\` measures again; what follows from it is
decision 0023.

| | library | ours | time · memory |
|---|---|---|---|
${lines.join('\n')}
`;
}
