import { type RowsView, type SessionView, streamOf } from '@claude-codex/contracts';
import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { INSTALLATION } from '../reads/live-rows.ts';
import { SseReader } from '../stream/sse-reader.fixture.ts';
import { append, type Furnished, furnish, otherWorkspace } from '../workspace.fixture.ts';

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
let task: Furnished;
beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  task = await furnish(gateway, workspaceId);
});
afterAll(() => gateway.stop());

/** A row of a kind that no line of the gateway names, as the projector would leave it; then news, so that streams look. */
async function putRow(id: string, of: string, body: object | null): Promise<void> {
  const { position } = await gateway.store.head();
  await gateway.admin.query(
    `insert into read.workspace_row (kind, id, workspace_id, wide, gone, body, position)
      values ('lamp', $1, $2, true, $3, $4, $5)
      on conflict (task_id, kind, id) do update set gone = excluded.gone, body = excluded.body, position = excluded.position`,
    [id, of, body === null ? 'lamp_gone' : null, body, position + 1],
  );
  const progress = { type: 'ProgressReported', data: { step: 'On', percent: null, note: '' } };
  await append(gateway, workspaceId, streamOf('instance', task.instanceId), [progress]);
}

it('lists and streams rows of any kind, to those who may see them', async () => {
  const stranger = await otherWorkspace(gateway);
  await putRow('a', workspaceId, { id: 'a', lit: false });
  await putRow('b', stranger.workspaceId, { id: 'b', lit: true });
  await putRow('c', INSTALLATION, { id: 'c', lit: true });
  const listed = async (client: Client) =>
    ((await client.call('GET', '/api/rows/lamp')).body as RowsView).rows.map(({ id }) => id).sort();
  await waitFor('the rows', async () => (await listed(owner)).length === 2);
  expect(await listed(owner)).toEqual(['a', 'c']);
  expect(await listed(stranger.owner)).toEqual(['b', 'c']);

  const reader = new SseReader();
  const reading = reader.read(
    `${gateway.address}/api/stream`,
    { cookie: owner.cookie ?? '' },
    ({ event }) => event === 'lamp_gone',
  );
  await waitFor('the hello', () => reader.received.length > 0);
  await putRow('b', stranger.workspaceId, { id: 'b', lit: false });
  await putRow('a', workspaceId, { id: 'a', lit: true });
  const isLit = (data: unknown) => (data as { lit: boolean }).lit;
  await waitFor('the row', () => reader.received.some(({ event, data }) => event === 'lamp' && isLit(data)));
  await putRow('a', workspaceId, null);
  await reading;
  const lamps = reader.received.filter(({ event }) => event.startsWith('lamp'));
  expect(lamps.filter(({ data }) => (data as { id: string }).id === 'b')).toEqual([]);
  expect(lamps.at(-1)).toMatchObject({ event: 'lamp_gone', data: { id: 'a' } });
  expect(await listed(owner)).toEqual(['c']);
});
