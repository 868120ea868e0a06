import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/hosts.md'), 'utf8');

it('the bus stays open to further hosts whatever is started later: what opens it stands in .env', () => {
  const files = /COMPOSE_FILE=(\S+) CODEX_NATS_BIND=\S+ >>\.env/.exec(page)?.[1]?.split(':') ?? [];
  expect(files).toEqual(['compose.yaml', 'infra/with-hosts.yml']);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  // Named on the command line it would hold for that one command.
  const commands = page.match(/docker compose .*/g) ?? [];
  expect(commands.filter((command) => /with-hosts|CODEX_NATS_BIND/.test(command))).toEqual([]);
});

it('a file that is not there is said so: Docker makes no directory of its name', () => {
  const compose = readFileSync(join(root, 'infra/agent-host.yml'), 'utf8');
  expect(compose.match(/target: \/given\//g)).toHaveLength(3);
  expect(compose.match(/:\/given\//g)).toBeNull();
  expect(compose).toContain('create_host_path: false');
});
