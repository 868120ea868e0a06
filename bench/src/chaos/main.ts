// `npm run chaos -- --seconds 1800 --seed 7`: real processes killed and frozen at random under 24 writers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isSound, runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    writers: { type: 'string', default: '24' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
  },
});
const options = { seconds: Number(values.seconds), writers: Number(values.writers), seed: Number(values.seed) };
console.log(`${options.seconds} s, ${options.writers} writers, seed ${options.seed}`);
const verdict = await runChaos({ ...options, onProgress: (line) => console.log(line) });
const results = join(import.meta.dirname, '..', '..', 'results');
mkdirSync(results, { recursive: true });
writeFileSync(join(results, 'chaos.json'), `${JSON.stringify({ ...options, ...verdict }, null, 2)}\n`);
console.log(JSON.stringify(verdict, null, 2));
console.log(isSound(verdict) ? 'Nothing lost, doubled, reordered or missed.' : 'NOT SOUND');
process.exit(isSound(verdict) ? 0 : 1);
