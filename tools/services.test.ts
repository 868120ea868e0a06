import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES, type ServiceSecret, serviceFacts } from '@claude-codex/contracts/services';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it('every service has its folder, and every folder is a service', () => {
  expect(readdirSync(join(ROOT, 'services')).sort()).toEqual([...SERVICES].sort());
});

it.each(SERVICES)('%s is started by compose with secrets of its own', (name) => {
  const compose = read('infra/docker-compose.yml');
  const main = name === 'gateway' ? 'build/main.js' : 'src/main.ts';
  expect(compose).toContain(`\n  ${name}:\n    <<: [*service, *healthcheck`);
  expect(compose).toContain(`/app/services/${name}/${main}]`);
  expect(compose).toMatch(new RegExp(`(- |\\[)secrets-${name}:/run/codex:ro`));
  expect(compose).toContain(`\n      - secrets-${name}:/secrets/${name}\n`);
  expect(compose).toContain(`\n  secrets-${name}:\n`);
});

it.each(SERVICES)('%s has a README and stands in the picture', (name) => {
  expect(read(`services/${name}/README.md`)).toMatch(new RegExp(`^# ${name}\\n`));
  expect(read('docs/architecture.md')).toContain(name);
});

/** The setting each secret is read by. */
const READ_BY: Record<ServiceSecret, string> = {
  database: 'DATABASE_URL',
  redis: 'REDIS_URL',
  'master-key': 'CODEX_MASTER_KEY_FILE',
};

it.each(SERVICES)('%s is run under its name, and given the secrets that it reads and no other', (name) => {
  const settings = read(`services/${name}/settings.md`);
  const reads = Object.entries(READ_BY).filter(([, setting]) => settings.includes(`| \`${setting}\` |`));
  expect(serviceFacts(name).secrets.toSorted()).toEqual(reads.map(([secret]) => secret).toSorted());
  expect(read(`services/${name}/src/app.ts`)).toContain(`export const NAME = '${name}' satisfies ServiceName;`);
  expect(read(`services/${name}/src/main.ts`)).toContain('await runService(service);');
});
