import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

export interface Row {
  readonly measure: string;
  readonly ours: string;
  readonly target: string;
  readonly met: boolean | null;
  readonly peers: string;
}

/** Medians against the targets and the peers, on this machine; rows we lose are in it like the others. */
export function markdown(rows: readonly Row[], versions: Record<string, string>): string {
  const lines = rows.map(
    ({ measure, ours, target, met, peers }) =>
      `| ${measure} | ${ours} | ${target} | ${met === null ? '' : met ? 'yes' : '**no**'} | ${peers} |`,
  );
  return [
    '# First load, memory at rest, start',
    '',
    'Medians of 5 (memory: of 3), standalone server with the scripted model. Peers: figures of their own runs on a machine of the same',
    'size, opencode 1.18.33, paperclip 2026.916.1, CloudCLI 1.37.3, ruflo’s web UI. `npm run bench -w bench` measures again.',
    'A page is opened two seconds after its window, whose own interface the browser loads first.',
    '',
    '| measure | ours | target | met | peers |',
    '|---|---|---|---|---|',
    ...lines,
    '',
    `Machine: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GB, ${loadWords()}.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}, commit ${commit()}.`,
    `Measured ${new Date().toISOString().slice(0, 10)}.`,
    '',
  ].join('\n');
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Other work on the machine makes every time longer, so the table says how much there was. */
function loadWords(): string {
  const [, , fifteen] = readFileSync('/proc/loadavg', 'utf8').split(' ');
  return `load over the last 15 minutes ${fifteen}`;
}

function commit(): string {
  const root = join(import.meta.dirname, '..', '..', '..');
  const asked = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: root,
    encoding: 'utf8',
    // A copy that is no clone must not be called by the commit of whatever lies around it.
    env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(root) },
  });
  return asked.status === 0 ? asked.stdout.trim() : 'unknown (no clone)';
}
