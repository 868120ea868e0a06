import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from '@claude-codex/contracts/services';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const compose = readFileSync(join(root, 'infra/docker-compose.yml'), 'utf8');
/** What a service reads, by the reference that is made from its schema. */
const settings = new Map<string, string[]>(
  SERVICES.map((name) => {
    const reference = readFileSync(join(root, `services/${name}/settings.md`), 'utf8');
    return [name, [...reference.matchAll(/^\| `(\w+)`/gm)].flatMap(([, variable]) => variable ?? [])];
  }),
);

/** Read before a service's own settings, by images/settings-from-files.mjs, or by the C library and git below it. */
const NOT_OF_A_SERVICE = [
  'MODEL_CHOSEN',
  'DEMO_MODEL_URL',
  'DOCKER_SOCKET_GROUP_OF',
  'MALLOC_ARENA_MAX',
  'GIT_SSL_CAINFO',
];
const READ = new Set([...settings.values()].flat());

/** Said to all of them alike: each takes what it needs. */
const SHARED = namesIn(compose.slice(compose.indexOf('x-environment:'), compose.indexOf('x-extra-ca:')));

/** Settings that compose decides, or that mean nothing where agents have containers. */
const NOT_WITH_COMPOSE: Record<string, string> = {
  HOST: 'inside its container a service listens on all addresses',
  CODEX_AGENT_UID: 'of agents as processes',
  CODEX_AGENT_SANDBOX: 'of agents as processes',
  CODEX_AGENT_TOOLS: 'of agents as processes',
  CODEX_HOST_ID: 'whoever shares the data directory is one host, and gives it a name there',
  CODEX_TEAM_URL: 'this is the team server',
  CODEX_MANAGER_ID: 'managers are scaled, so each has a name of its own',
  CODEX_SAMPLE_REPOSITORY: 'made in the data directory at the first start',
  CODEX_MODEL_LABEL: 'follows from whether a model was chosen',
  CODEX_MODEL_SCRIPTED: 'follows from whether a model was chosen',
  CODEX_VERSION: 'that of the image',
  CODEX_SERVICES: 'all of them run',
  DATABASE_MIGRATION_URL: 'the service `migrate` does that',
};

/** `X_FILE` hands over the setting X in a file, unless a service reads the name of a file itself. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/(?:^|[{,])\s*([A-Z][A-Z0-9_]+?)(_FILE)?: /gm)].map(([, name = '', suffix]) =>
    suffix !== undefined && READ.has(`${name}_FILE`) ? `${name}_FILE` : name,
  );
}

function setFor(service: string): string[] {
  const block = new RegExp(`^  ${service}:\\n((?:    .*\\n|\\n)+)`, 'm').exec(compose)?.[1];
  if (block === undefined) throw new Error(`compose has no service ${service}`);
  return namesIn(block);
}

describe.each(SERVICES)('compose and the settings of %s', (service) => {
  const known = settings.get(service) ?? [];

  it('sets nothing that nobody reads', () => {
    expect(setFor(service).filter((name) => !known.includes(name) && !NOT_OF_A_SERVICE.includes(name))).toEqual([]);
  });

  it('passes on what an operator may set', () => {
    const passed = new Set([...setFor(service), ...SHARED, ...Object.keys(NOT_WITH_COMPOSE)]);
    expect(known.filter((name) => !passed.has(name))).toEqual([]);
  });
});

it('what compose says to all services is read by one of them', () => {
  const read = [...settings.values()].flat();
  expect(SHARED.filter((name) => !read.includes(name) && !NOT_OF_A_SERVICE.includes(name))).toEqual([]);
});
