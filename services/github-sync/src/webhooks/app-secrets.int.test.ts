import { ForgeWebhooksRequest, subjects } from '@claude-codex/contracts';
import { createInProcessBus } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import { expect, it } from 'vitest';
import { createAppSecrets } from './app-secrets.ts';

const ID = '01jd0000000000000000000001';

it('are found by the app, asked for rarely whatever apps are named, and anew after a minute', async () => {
  const bus = createInProcessBus();
  let webhooks = [{ appId: 7, credentialId: ID, secret: 'one' }];
  let asked = 0;
  const stop = serveJson(bus, subjects.secrets.forgeWebhooks, ForgeWebhooksRequest, async ({ publicKey }) => {
    asked += 1;
    return { sealed: await sealTo(publicKey, JSON.stringify(webhooks)) };
  });
  let now = 1_000_000;
  const { of, credentialIds } = createAppSecrets('github', { bus, now: () => now });
  const secretsOf = async (app: string) => (await of(app)).map(({ name, secret }) => `${name}=${secret}`);
  expect(await secretsOf('7')).toEqual(['app:7=one']);
  for (let app = 100; app < 200; app += 1) expect(await secretsOf(String(app))).toEqual([]);
  expect(asked).toBe(1);

  webhooks = [{ appId: 8, credentialId: ID, secret: 'two' }];
  now += 6_000;
  expect(await secretsOf('8')).toEqual(['app:8=two']);
  now += 61_000;
  expect(await secretsOf('7')).toEqual([]);
  expect(await credentialIds()).toEqual([ID]);
  expect(asked).toBe(3);
  stop();
});

it('are not said to be none while nobody can say', async () => {
  const { of: secretsOf } = createAppSecrets('github', { bus: createInProcessBus(), now: () => 0 });
  await expect(secretsOf('7')).rejects.toMatchObject({ code: 'NOT_READY' });
});
