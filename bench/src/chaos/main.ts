// `npm run chaos -- --seconds 1800 --seed 7`: real processes killed and frozen at random under 24 writers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { chaosReport } from './report.ts';
import { isSound } from './verdict.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    writers: { type: 'string', default: '24' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    results: { type: 'string', default: join(import.meta.dirname, '..', '..', 'results') },
  },
});
const options = { seconds: Number(values.seconds), writers: Number(values.writers), seed: Number(values.seed) };
console.log(`${options.seconds} s, ${options.writers} writers, seed ${options.seed}`);
const before = loadavg()[0] ?? 0;
const verdict = await runChaos({ ...options, onProgress: (line) => console.log(line) });
const run = {
  ...options,
  load: { before, after: loadavg()[0] ?? 0 },
  processors: availableParallelism(),
};
mkdirSync(values.results, { recursive: true });
writeFileSync(join(values.results, 'chaos.json'), `${JSON.stringify({ ...run, ...verdict }, null, 2)}\n`);
writeFileSync(join(values.results, 'chaos.md'), chaosReport(run, verdict));
console.log(JSON.stringify(verdict, null, 2));
console.log(isSound(verdict) ? 'Nothing lost, doubled, reordered or missed.' : 'NOT SOUND');
process.exit(isSound(verdict) ? 0 : 1);
