import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..', '..');
const build = join(root, 'web', 'build');

export const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/** The built pages; null when they were never built, which leaves the API. */
export const webDir = existsSync(join(build, 'server')) ? build : null;
