// node run-one.ts <name of a comparison> <ours|library>: does it once and says how, as JSON.
import { comparisons } from './comparisons.ts';

const [name = '', way = ''] = process.argv.slice(2);
const comparison = comparisons[name];
if (comparison === undefined || (way !== 'ours' && way !== 'library')) throw new Error(`no comparison ${name} ${way}`);
const ran = await comparison[way]();
process.stdout.write(`${JSON.stringify({ ...ran, peakMb: process.resourceUsage().maxRSS / 1024 })}\n`);
process.exit(0);
