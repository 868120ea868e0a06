// `npm run lock`: after an `npm install` behind a mirror that does not carry every platform's packages.
import { join } from 'node:path';
import { completeLockFile } from './lib/lock-platforms.mjs';
import { root } from './lib/root.mjs';

const added = completeLockFile(join(root, 'package-lock.json'));
process.stdout.write(
  added === 0 ? 'package-lock.json is complete\n' : `added ${added} platform packages to package-lock.json\n`,
);
