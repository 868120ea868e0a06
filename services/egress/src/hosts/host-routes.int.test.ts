import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EgressDone, EgressDoors, type EgressOpen, subjects } from '@claude-codex/contracts';
import { createLogger, idFrom, requestJson } from '@claude-codex/service-kit';
import { HOST_MCP, HOST_MODEL } from '@claude-codex/service-kit/http/host-token';
import type { ServiceApp } from '@claude-codex/service-kit/service-app';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEgressApp } from '../app.ts';
import { EGRESS_LIMITS, EgressEnv, egressSettings } from '../config.ts';
import { CANARY_KEY, callDoor, type Egress, HOST_TOKEN, startEgress } from '../egress.fixture.ts';

const BODY = JSON.stringify({ model: 'm', stream: true, messages: [] });
const STREAM =
  'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":7}}}\n\n' +
  'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":5}}\n\n';
const id = (what: string) => idFrom('further-host-test', what);

/** The egress of the team server, and one of a further host that knows its address and the token for hosts only. */
let team: Egress;
let address: string;
let further: ServiceApp;
let directory: string;
let door: EgressOpen;
beforeEach(async () => {
  team = await startEgress({ retryFirstMs: 20 });
  address = await team.app.http.listen({ host: '127.0.0.1', port: 0 });
  directory = await mkdtemp(join(tmpdir(), 'further-'));
  further = open(HOST_TOKEN);
  await further.start();
  door = await openDoor('further');
});
afterEach(async () => {
  await further.stop();
  await team.stop();
  await rm(directory, { recursive: true });
});

function open(hostToken: string): ServiceApp {
  const env = EgressEnv.parse({ NATS_URL: 'nats://x', CODEX_DATA_DIR: directory, CODEX_TEAM_URL: address });
  const place = { kind: 'further_host' as const, hostToken };
  const settings = {
    ...egressSettings(env, {}, { hostId: 'further', place }),
    limits: { ...EGRESS_LIMITS, retryFirstMs: 20 },
  };
  const { bus, store, blobs } = team;
  return createEgressApp({ bus, store, blobs, place, settings, log: createLogger({ service: 'f', level: 'silent' }) });
}

async function openDoor(hostId: string): Promise<EgressOpen> {
  const request: EgressOpen = {
    instanceId: id('instance'),
    epoch: 3,
    workspaceId: id('workspace'),
    taskId: id('task'),
    repositoryId: id('repository'),
    kind: 'coding',
    socketPath: join(directory, 'door', 's.sock'),
    owner: null,
  };
  await requestJson(team.bus, subjects.egress(hostId).open, request, EgressDone, { timeoutMs: 2_000 });
  return request;
}

it('a door is opened by the egress of its host, and by no other', async () => {
  const doorsOf = (hostId: string) =>
    requestJson(team.bus, subjects.egress(hostId).list, null, EgressDoors, { timeoutMs: 1_000 });
  expect((await doorsOf('further')).doors).toMatchObject([{ instanceId: door.instanceId }]);
  expect((await doorsOf('host')).doors).toEqual([]);
});

it('an agent of a further host has the model by way of the team server, whose credential stays there', async () => {
  team.provider.script = (response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream', 'x-seen': 'yes' }).end(STREAM);
  const headers = { 'anthropic-version': '2023-06-01', authorization: 'Bearer of-the-agent' };
  const answer = await callDoor(door.socketPath, '/v1/messages?beta=true', { body: BODY, headers });
  expect(answer).toMatchObject({ status: 200, text: STREAM, cut: false });
  const [received] = team.provider.received;
  expect(received).toMatchObject({ url: '/v1/messages?beta=true', body: BODY });
  expect(received?.headers).toMatchObject({ 'x-api-key': CANARY_KEY, 'anthropic-version': '2023-06-01' });
  expect(JSON.stringify(received?.headers)).not.toMatch(/of-the-agent|token-of-further/);
  await further.stop();
  const used = (await team.usageEvents(door.instanceId)).filter(({ type }) => type === 'ModelCallSettled');
  expect(used.map(({ data }) => data)).toMatchObject([{ inputTokens: 7, outputTokens: 5, status: 200 }]);
});

it('what the provider says of its credential reaches the further host without it', async () => {
  team.provider.script = (response) =>
    void response
      .writeHead(400, { 'content-type': 'application/json' })
      .end(`{"error":{"type":"invalid_request_error","message":"no ${CANARY_KEY} here"}}`);
  const answer = await callDoor(door.socketPath, '/v1/messages', { body: BODY });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('no … here')]);
});

it('nothing but calls of the model leads through, and an agent cannot reach what hosts reach', async () => {
  const bearer = { authorization: `Bearer ${HOST_TOKEN}` };
  const refused = await fetch(`${address}${HOST_MODEL}/v1/organizations`, { headers: bearer });
  expect(refused.status).toBe(404);
  expect((await callDoor(door.socketPath, `${HOST_MODEL}/v1/messages`, { body: BODY })).status).toBe(403);
  expect(team.provider.received).toEqual([]);
});

it('a tool is called with the token of the agent behind the door, made where the key is', async () => {
  team.tools.script = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
  const forged = { 'x-codex-door': 'e30', authorization: 'Bearer of-the-agent' };
  const answer = await callDoor(door.socketPath, '/mcp', { body: '{"jsonrpc":"2.0"}', headers: forged });
  expect(answer).toMatchObject({ status: 200, text: '{"a":1}' });
  const [received] = team.tools.received;
  const token = /^Bearer (.*)$/.exec(String(received?.headers.authorization))?.[1] ?? '';
  const { socketPath: _path, owner: _owner, ...identity } = door;
  expect(await team.tokens.verify(token, 'mcp')).toEqual(identity);
  expect(received?.headers['x-codex-door']).toBeUndefined();
});

it('without the token for hosts there is neither, and people are told which one is wrong', async () => {
  const asked = await fetch(`${address}${HOST_MCP}`, { method: 'POST', body: '{}' });
  expect(asked.status).toBe(401);
  await further.stop();
  further = open('another-token-0123456789');
  await further.start();
  door = await openDoor('further');
  const answer = await callDoor(door.socketPath, '/v1/messages/count_tokens', { body: BODY });
  expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('not the token for hosts')]);
  expect([...team.provider.received, ...team.tools.received]).toEqual([]);
});
