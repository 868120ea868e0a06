import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { createMemoryEventStore, createSchemaRegistry, handleCommand } from '@claude-codex/eventing';
import { expect, it } from 'vitest';
import { instanceDecider } from './decide.ts';
import { journalPieces } from './kept-journal.ts';

const INSTANCE = '01jd0000000000000000000001';
const PIECE = { epoch: 1, fromSeq: 1, toSeq: 40, blobId: 'a'.repeat(64) };

it('what was put away is said in the log once, also after the end of its instance', async () => {
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const pieces = journalPieces(store);
  await expect(pieces.add(INSTANCE, PIECE)).rejects.toThrow('knows no instance');
  const actor = { kind: 'person' as const, id: 'ada' };
  const meta = { actor, causedBy: null, correlationId: 'c', causationId: null, workspaceId: 'w' };
  const facts = {
    name: 'work-1-a1',
    taskId: INSTANCE,
    repositoryId: INSTANCE,
    kind: 'coding' as const,
    phase: 'develop',
  };
  const branches = { attempt: 1, branch: 'codex/1', baseBranch: 'main', model: null };
  const commands = [
    { type: 'QueueInstance' as const, ...facts, ...branches },
    { type: 'StopInstance' as const, reason: '' },
  ];
  for (const [at, command] of commands.entries()) {
    const stream = streamOf('instance', INSTANCE);
    await handleCommand(store, { commandId: `c${at}`, meta, stream, decider: instanceDecider, command });
  }
  await pieces.add(INSTANCE, PIECE);
  await pieces.add(INSTANCE, PIECE);
  await pieces.add(INSTANCE, { ...PIECE, fromSeq: 41, toSeq: 50 });
  expect(await pieces.list(INSTANCE)).toEqual([PIECE, { ...PIECE, fromSeq: 41, toSeq: 50 }]);
});
