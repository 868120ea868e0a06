import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The Node 24 that comes as an npm dependency; only there after an install. */
export const node24 = join(root, 'node_modules', '.bin', 'node');
