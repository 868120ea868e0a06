import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { type RepositoryCommand, repositoryDecider } from '@claude-codex/domain';
import { createMemoryEventStore, createSchemaRegistry, handleCommand } from '@claude-codex/eventing';
import { createDirectoryBlobs, newId } from '@claude-codex/service-kit';
import { expect, it } from 'vitest';
import { createDirectories } from '../checkouts/directories.ts';
import { createHostObjects } from '../checkouts/host-objects.ts';
import { World } from '../world/world.ts';
import { createRepositoryClearing } from './clear-repositories.ts';

const CONNECT = {
  type: 'ConnectRepository',
  name: 'x',
  source: { kind: 'sample' },
  baseBranch: null,
  checkCommand: null,
  requireGreen: false,
} as const;

it('what is kept of a repository goes when it was removed, and that of others stays', async () => {
  const root = mkdtempSync(join(tmpdir(), 'codex-repositories-'));
  const directories = createDirectories(root);
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const world = new World();
  const nobody = { pack: () => Promise.reject(new Error('nothing is asked for')) };
  const objects = createHostObjects(directories, nobody, createDirectoryBlobs(join(root, 'blobs')));
  const meta = { causedBy: null, correlationId: newId(), causationId: null, workspaceId: newId() };
  const actor = { kind: 'person' as const, id: 'ada' };
  async function command(id: string, given: RepositoryCommand): Promise<void> {
    const stream = streamOf('repository', id);
    const at = { commandId: newId(), meta: { ...meta, actor }, stream, decider: repositoryDecider };
    await handleCommand(store, { ...at, command: given });
  }
  const [connected, removed, unknown] = [newId(), newId(), newId()];
  for (const id of [connected, removed, unknown]) mkdirSync(directories.objects(id), { recursive: true });
  for (const id of [connected, removed]) await command(id, CONNECT);
  for (const event of await store.readAll({ after: 0, limit: 100 })) world.apply(event);

  const clear = createRepositoryClearing({ directories, objects, world, store });
  const there = () => [connected, removed, unknown].map((id) => existsSync(directories.objects(id)));
  await clear();
  expect(there()).toEqual([true, true, true]);
  await command(removed, { type: 'RemoveRepository' });
  for (const event of await store.readAll({ after: world.position, limit: 100 })) world.apply(event);
  await clear();
  await clear();
  expect(there()).toEqual([true, false, true]);
  rmSync(root, { recursive: true });
});
