// `npm run lock`: after an `npm install` behind a mirror that does not carry every platform's packages.
import { join } from 'node:path';
import { addIntegrity } from './lib/lock-integrity.mjs';
import { completeLockFile } from './lib/lock-platforms.mjs';
import { root } from './lib/root.mjs';

const path = join(root, 'package-lock.json');
const added = completeLockFile(path);
const checked = await addIntegrity(path);
if (checked > 0) process.stdout.write(`asked the registry for the integrity of ${checked} packages\n`);
process.stdout.write(
  added === 0 ? 'package-lock.json is complete\n' : `added ${added} platform packages to package-lock.json\n`,
);
