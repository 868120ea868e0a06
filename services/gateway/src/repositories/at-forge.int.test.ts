import {
  type CommandAccepted,
  type ProbeRepositoryRequest,
  type RepositoryView,
  subjects,
} from '@claude-codex/contracts';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, setUp } from '../api-client.fixture.ts';
import { type ForgeDouble, GOOD_TOKEN, serveForgeDouble } from '../forge-connections/forge-double.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let double: ForgeDouble;
let probed: ProbeRepositoryRequest['source'][] = [];
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  double = serveForgeDouble(gateway.bus);
  serveJson(gateway.bus, subjects.git.probeRepository, z.any(), async ({ source }) => {
    probed.push(source);
    return { ok: true, code: '', detail: '', defaultBranch: 'main', branches: ['main'], checkCommandSuggestion: null };
  });
  const sealed = await sealTo((await gateway.secrets()).publicKey, GOOD_TOKEN);
  await owner.call('PUT', '/api/forges/github', { sealed });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  probed = [];
});

const connect = (url: string) => owner.call('POST', '/api/repositories', { source: { kind: 'git', url } });

it.each(['https://github.com/acme/app', 'git@github.com:ACME/app.git'])(
  'the address %s becomes the repository of the connection, as the forge spells it',
  async (url) => {
    const { status, body } = await connect(url);
    expect(status).toBe(201);
    const { id, position } = body as CommandAccepted;
    const repository = (await owner.call('GET', `/api/repositories/${id}?min_position=${position}`))
      .body as RepositoryView;
    const { source, name } = repository;
    expect(source).toMatchObject({ kind: 'forge', slug: 'Acme/App', url: 'https://github.com/Acme/App.git' });
    expect([name, probed]).toEqual(['App', [source]]);
  },
);

it('an address elsewhere stays a git address', async () => {
  const url = 'https://git.example.org/acme/app';
  expect((await connect(url)).status).toBe(201);
  expect(probed).toEqual([{ kind: 'git', url }]);
});

it.each([
  ['cannot see', 'nothing', 'FORGE_REPOSITORY_HIDDEN', 'shows no acme/nothing'],
  ['may only read', 'read-only', 'FORGE_REPOSITORY_READ_ONLY', 'not push to it'],
  ['finds archived', 'old', 'FORGE_REPOSITORY_READ_ONLY', 'archived'],
])('what the connection %s is refused at the field, before git looks', async (_what, name, code, words) => {
  const { status, problem } = await connect(`https://github.com/acme/${name}`);
  expect([status, problem.code, problem.errors[0]?.field]).toEqual([422, code, 'body.source.url']);
  expect(problem.detail).toContain(words);
  expect(probed).toEqual([]);
});

it('what nobody can look at is not connected', async () => {
  double.stop();
  const { status, problem } = await connect('https://github.com/acme/app');
  expect([status, problem.code]).toEqual([503, 'FORGE_UNREACHABLE']);
  expect(probed).toEqual([]);
});
