import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '@claude-codex/contracts/services';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

it('every service has its folder, and every folder is a service', () => {
  expect(readdirSync(join(ROOT, 'services')).sort()).toEqual([...SERVICES].sort());
});

it.each(SERVICES)('%s is started by compose with secrets of its own, and by standalone', (name) => {
  const compose = read('infra/docker-compose.yml');
  const main = name === 'gateway' ? 'build/main.js' : 'src/main.ts';
  expect(compose).toContain(`\n  ${name}:\n    <<: [*service, *healthcheck`);
  expect(compose).toContain(`/app/services/${name}/${main}]`);
  expect(compose).toMatch(new RegExp(`(- |\\[)secrets-${name}:/run/codex:ro`));
  expect(compose).toContain(`\n      - secrets-${name}:/secrets/${name}\n`);
  expect(compose).toContain(`\n  secrets-${name}:\n`);
  expect(read('standalone/src/services.ts')).toContain(`{ name: '${name}',`);
});

it.each(SERVICES)('%s has a README and stands in the picture', (name) => {
  expect(read(`services/${name}/README.md`)).toMatch(new RegExp(`^# ${name}\\n`));
  expect(read('docs/architecture.md')).toContain(name);
});
