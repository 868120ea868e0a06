import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { median, type Row } from './row.ts';

const RESULTS = join(import.meta.dirname, '..', '..', 'results');

/** What the numbers were measured on, with the load others put on it: numbers without that are worth nothing. */
export function machine(fsyncMs: number): string[] {
  const [processor] = cpus();
  const version = (command: string) => execFileSync(command, ['--version'], { encoding: 'utf8' }).trim();
  return [
    `${cpus().length} × ${processor?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `Node ${process.versions.node}, ${version('nats-server')}, fsync and synchronous_commit on, one fsync ${fsyncMs.toFixed(2)} ms`,
    `Load average at the end: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')} (other work ran on the same machine)`,
  ];
}

export function writeReport(name: string, title: string, lines: readonly string[], rows: readonly Row[]): string {
  mkdirSync(RESULTS, { recursive: true });
  const workloads = [...new Set(rows.map(({ workload }) => workload))];
  const sections = workloads.map((workload) => {
    const own = rows.filter((row) => row.workload === workload);
    const file = `${name}-${workload.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.svg`;
    writeFileSync(join(RESULTS, file), plot(own));
    return `## ${workload}\n\n![${workload}](${file})\n\n${table(own)}`;
  });
  const text = `# ${title}\n\n${lines.map((line) => `- ${line}`).join('\n')}\n\n${sections.join('\n\n')}\n`;
  writeFileSync(join(RESULTS, `${name}.md`), text);
  return join(RESULTS, `${name}.md`);
}

function table(rows: readonly Row[]): string {
  const best = median(rows[0]?.runs ?? [])?.perSecond;
  const lines = rows.map(({ name, runs, unit, guarantees, note }) => {
    const middle = median(runs);
    if (middle === undefined) return `| ${name} | – | – | – | – | ${note ?? ''} | ${guarantees} |`;
    const rates = runs.map(({ perSecond }) => perSecond);
    const range = `${whole(Math.min(...rates))}–${whole(Math.max(...rates))}`;
    const ratio = best === undefined ? '' : `${(best / middle.perSecond).toFixed(2)}×`;
    const { p50, p99 } = middle;
    return `| ${name} | ${whole(middle.perSecond)} ${unit} (${range}, ${runs.length} runs) | ${ratio} | ${ms(p50)} | ${ms(p99)} | ${note ?? ''} | ${guarantees} |`;
  });
  return [
    '| | median (range) | first row is so many times this | p50 | p99 | | one gets |',
    '|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const ms = (value: number) => (Number.isNaN(value) ? '–' : `${value.toFixed(1)} ms`);

const [WIDTH, BAR, LABEL] = [760, 26, 260];

/** Bars of medians with whiskers from the slowest to the fastest run. */
function plot(rows: readonly Row[]): string {
  const shown = rows.filter(({ runs }) => runs.length > 0);
  const most = Math.max(...shown.flatMap(({ runs }) => runs.map(({ perSecond }) => perSecond)), 1);
  const x = (value: number) => LABEL + (value / most) * (WIDTH - LABEL - 110);
  const bars = shown.map(({ name, runs, unit }, index) => {
    const y = 10 + index * (BAR + 12);
    const value = median(runs)?.perSecond ?? 0;
    const rates = runs.map(({ perSecond }) => perSecond);
    const middle = y + BAR / 2;
    return `<text x="${LABEL - 8}" y="${middle + 4}" text-anchor="end">${name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>
<rect x="${LABEL}" y="${y}" width="${Math.max(x(value) - LABEL, 1)}" height="${BAR}" rx="3" fill="${index === 0 ? '#d97757' : '#b8b2a7'}"/>
<path d="M${x(Math.min(...rates))} ${middle}H${x(Math.max(...rates))}" stroke="#3d3929" stroke-width="1.5"/>
<text x="${x(Math.max(value, ...rates)) + 8}" y="${middle + 4}">${whole(value)} ${unit}</text>`;
  });
  const height = 20 + shown.length * (BAR + 12);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${bars.join('\n')}
</svg>
`;
}
