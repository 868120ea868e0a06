import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { categoryOf } from '@claude-codex/contracts/ids';
import { fold } from '@claude-codex/eventing';
import { flows, generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AnyFolder, SNAPSHOT_DECIDERS } from './snapshot-deciders.ts';

function streamsOf(events: readonly RecordedEvent[]): { decider: AnyFolder; events: RecordedEvent[] }[] {
  const streams = Map.groupBy(events, ({ stream }) => stream);
  return [...streams].flatMap(([stream, history]) => {
    const decider = SNAPSHOT_DECIDERS[categoryOf(stream)];
    return decider === undefined ? [] : [{ decider, events: history }];
  });
}

it('a stream folds to the same from any snapshot on, after that was JSON', () => {
  fc.assert(
    fc.property(flows(150), fc.nat(100), (events, percent) => {
      for (const { decider, events: history } of streamsOf(events)) {
        const at = Math.floor((history.length * percent) / 100);
        const kept: unknown = JSON.parse(JSON.stringify(fold(decider, history.slice(0, at))));
        const resumed = fold({ ...decider, initialState: kept }, history.slice(at));
        expect(resumed).toStrictEqual(fold(decider, history));
      }
    }),
    { numRuns: 50 },
  );
});

/** The fields of a value, down to the leaves: what a snapshot of it looks like. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => fieldsOf(member, path === '' ? key : `${path}.${key}`));
}

/** Whoever has to change one of these raises the decider's `snapshot.schemaVersion` in the same commit. */
const KEPT: Record<string, { schemaVersion: number; fields: string }> = {
  counter: { schemaVersion: 1, fields: 'lastTaskNumber' },
  instance: {
    schemaVersion: 5,
    fields:
      'baseBranch baseSha branch epoch kind managerId messageIds[] model name paused pending[].documents[].blobId pending[].documents[].path pending[].interrupt pending[].messageId pending[].text proposal proposal.body proposal.draft proposal.title reminders reminders.count reminders.phase reminders.round repositoryId sessionId status submitted submitted.deliverables[] submitted.phase submitted.round submitted.summary taskId',
  },
  repository: {
    schemaVersion: 8,
    fields:
      'baseBranch checkCommand defaultBranch followThrough.automatic followThrough.rounds forgeRules forgeRules.deletesBranch forgeRules.mergeMethods[] issues.commands issues.comment mirror mirror.branches[] mirror.defaultBranch mirror.headSha mirror.shallow name problem problem.code problem.detail requireGreen sendsThreads source.kind status',
  },
  service: {
    schemaVersion: 1,
    fields:
      'health registered.builtIn registered.name registered.probe registered.serviceType registered.target status',
  },
};

// Several histories, and every state on their way: a rare event may be missing from one, and its field from the last state.
const HISTORIES = [1, 2, 3, 4, 5, 6].flatMap((seed) => streamsOf(generateFlow(5_000, seededChooser(seed))));

it.each(Object.entries(SNAPSHOT_DECIDERS))('snapshots of %s look as their version says', (category, decider) => {
  const fields = new Set<string>();
  for (const { decider: own, events } of HISTORIES) {
    if (own !== decider) continue;
    let state = own.initialState;
    for (const event of events) {
      state = own.evolve(state, event);
      for (const field of fieldsOf(state)) fields.add(field);
    }
  }
  const schemaVersion = decider.snapshot?.schemaVersion;
  expect({ schemaVersion, fields: [...fields].sort().join(' ') }).toEqual(KEPT[category]);
});
