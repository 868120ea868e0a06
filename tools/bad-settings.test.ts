import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const mains = [
  'standalone/src/main.ts',
  'infra/first-start/migrate.ts',
  ...readdirSync(join(root, 'services')).map((service) => `services/${service}/src/main.ts`),
];

it.each(mains)('%s says of a bad setting one sentence and nothing of our code', (main) => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, main)], {
    env: { PATH: process.env.PATH ?? '', PORT: 'http', LOG_LEVEL: 'loud' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  const lines = stderr.trimEnd().split('\n');
  expect(status).toBe(1);
  expect(lines).toContain('LOG_LEVEL is "loud", but must be one of trace, debug, info, warn, error, fatal.');
  expect(lines.pop()).toBe('All settings: docs/generated/settings.md');
  expect(lines.filter((line) => !/^[A-Z_]+ is .+, but (must|may) .+\.$/.test(line))).toEqual([]);
});
