import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import { openBlobs } from '@claude-codex/service-kit/blobs/open-blobs';
import { blobsContract } from '@claude-codex/service-kit/blobs.contract';
import { createHttpServer } from '@claude-codex/service-kit/http/server';
import { createLogger } from '@claude-codex/service-kit/log';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addHostBlobRoutes } from './blob-routes.ts';

const TOKEN = 'token-of-a-further-host';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'host-blobs-'));
  await writeFile(join(directory, 'token'), `${TOKEN}\n`);
  await writeFile(join(directory, 'other-token'), 'another one');
});
afterAll(() => rm(directory, { recursive: true }));

async function serve(hostToken: string | null = TOKEN) {
  const http = createHttpServer({ log: createLogger({ service: 'test', level: 'fatal' }) });
  const blobs = createDirectoryBlobs(join(directory, 'server'));
  await addHostBlobRoutes(http, { blobs, hostToken });
  const address = await http.listen({ port: 0, host: '127.0.0.1' });
  const open = (token: string) =>
    openBlobs({ CODEX_BLOBS: address, CODEX_HOST_TOKEN_FILE: join(directory, token) }, join(directory, 'host'));
  return { address, blobs, open, close: () => http.close() };
}

blobsContract(
  'of a team server, from a further host',
  async () => {
    const { open, close } = await serve();
    return { blobs: await open('token'), close };
  },
  { removes: false },
);

it('passes a body of many megabytes both ways', async () => {
  const { open, blobs, close } = await serve();
  const body = Buffer.alloc(40 * 1024 * 1024, 'codex');
  const ofHost = await open('token');
  const { blobId } = await ofHost.put(body, { maxBytes: body.length });
  expect(await blobs.stat(blobId)).toEqual({ bytes: body.length });
  expect((await ofHost.read(blobId, body.length)).equals(body)).toBe(true);
  await close();
});

it('lets nobody in without the token, and says what is wrong', async () => {
  const { address, open, blobs, close } = await serve();
  const { blobId } = await blobs.put(Buffer.from('of the team'), { maxBytes: 100 });
  const asked = await fetch(`${address}/hosts/blobs/${blobId}`);
  expect([asked.status, await asked.text()]).toEqual([401, expect.not.stringContaining('of the team')]);
  const other = await open('other-token');
  await expect(other.read(blobId, 100)).rejects.toThrow('CODEX_HOST_TOKEN_FILE');
  await expect(other.put(Buffer.from('planted'), { maxBytes: 100 })).rejects.toThrow('CODEX_HOST_TOKEN_FILE');
  await close();
});

it('takes no body under the name of another one', async () => {
  const { address, blobs, close } = await serve();
  const answer = await fetch(`${address}/hosts/blobs/${'0'.repeat(64)}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/octet-stream' },
    body: 'something else',
  });
  expect(answer.status).toBe(400);
  expect(await blobs.stat('0'.repeat(64))).toBeNull();
  await close();
});

it('is closed where no token is set', async () => {
  const { open, close } = await serve(null);
  await expect((await open('token')).read('0'.repeat(64), 1)).rejects.toThrow('no blob');
  await close();
});
