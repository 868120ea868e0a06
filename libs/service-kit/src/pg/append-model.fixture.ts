import type { AppendRequest, AppendResult, RecordedEvent } from '@claude-codex/contracts/envelope';
import { createMemoryEventStore, type EventStore } from '@claude-codex/eventing';
import { fresh, testMeta } from '@claude-codex/eventing/spec/append-request';
import fc from 'fast-check';
import { expect } from 'vitest';

const STREAMS = ['task-a', 'task-b', 'task-c'];

const write = fc.record({
  stream: fc.constantFrom(...STREAMS),
  expectedVersion: fc.oneof({ weight: 2, arbitrary: fc.constant('any' as const) }, { weight: 3, arbitrary: fc.nat(4) }),
  events: fc.array(fc.record({ type: fc.constant('Noted'), data: fc.jsonValue({ maxDepth: 2 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
});
/** Few command ids, so that they repeat, with the same and with other content. */
const request = fc.record({
  commandId: fc.integer({ min: 1, max: 40 }).map((number) => `command-${number}`),
  workspaceId: fc.constantFrom('workspace-1', 'workspace-2'),
  writes: fc.uniqueArray(write, { selector: ({ stream }) => stream, minLength: 1, maxLength: 3 }),
});
/** A new request, or the very one that was made so many requests ago. */
const made = fc.oneof(
  { weight: 3, arbitrary: request },
  { weight: 1, arbitrary: fc.record({ ago: fc.integer({ min: 1, max: 5 }) }) },
);
/** The requests of one round are made at once and travel in one call. */
const rounds = fc.array(fc.array(made, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 });

type Made = typeof made extends fc.Arbitrary<infer One> ? One : never;

/** Every run has names of its own, because all runs share one log. */
function named(generated: Made[][], run: string): AppendRequest[][] {
  const before: AppendRequest[] = [];
  return generated.map((round) =>
    round.flatMap((one) => {
      const repeated = 'ago' in one ? before.at(-one.ago) : toRequest(one, run);
      if (repeated === undefined) return [];
      before.push(repeated);
      return [repeated];
    }),
  );
}

function toRequest({ commandId, workspaceId, writes }: Exclude<Made, { ago: number }>, run: string): AppendRequest {
  return {
    commandId: `${commandId}${run}`,
    meta: { ...testMeta, workspaceId },
    writes: writes.map((one) => ({ ...one, stream: `${one.stream}${run}` })),
  };
}

/** Results and events with the run's own names and the log's starting position taken out. */
function plain(result: AppendResult, run: string, base: number): AppendResult {
  const text = JSON.stringify(result).replaceAll(run, '');
  const value = JSON.parse(text) as AppendResult;
  if (value.status !== 'appended') return value;
  return { ...value, firstPosition: value.firstPosition - base, lastPosition: value.lastPosition - base };
}

function plainEvent(event: RecordedEvent, run: string, base: number): object {
  const { position, stream, version, type, data, meta, schemaVersion } = event;
  const commandId = meta.commandId.replace(run, '');
  return {
    position: position - base,
    stream: stream.replace(run, ''),
    version,
    type,
    data,
    schemaVersion,
    ...meta,
    commandId,
  };
}

async function play(on: EventStore, run: string, plan: AppendRequest[][]) {
  const base = (await on.head()).position;
  const results: AppendResult[] = [];
  for (const round of plan) {
    const answers = await Promise.all(round.map((one) => on.append(one)));
    results.push(...answers.map((answer) => plain(answer, run, base)));
  }
  const all = await on.readAll({ after: base, limit: 1_000 });
  const streams = await Promise.all(STREAMS.map((stream) => on.readStream(`${stream}${run}`)));
  return {
    results,
    all: all.map((event) => plainEvent(event, run, base)),
    heads: streams.map((events) => events.length),
  };
}

/** How many sequences a run tries: CODEX_MODEL_SEQUENCES, or few enough for every day. */
export const sequencesToTry = (everyDay: number) => Number(process.env.CODEX_MODEL_SEQUENCES ?? everyDay);

/**
 * Plays random sequences of appends on the memory store, which is the model, and on stores of other kinds: every answer
 * and every event must be the same. Gives one line that says how many sequences and answers were compared.
 */
export async function expectLikeMemory(stores: readonly EventStore[], sequences: number): Promise<string> {
  const kinds: Record<string, number> = {};
  let tried = 0;
  await fc.assert(
    fc.asyncProperty(rounds, async (generated) => {
      const run = `-${fresh('run')}`;
      const plan = named(generated, run);
      const model = await play(createMemoryEventStore(), run, plan);
      for (const store of stores) expect(await play(store, run, plan)).toEqual(model);
      for (const result of model.results) kinds[kindOf(result)] = (kinds[kindOf(result)] ?? 0) + 1;
      tried += 1;
    }),
    { numRuns: sequences },
  );
  // A generator that stopped producing one kind of answer would compare nothing of it.
  expect(Object.keys(kinds).sort()).toEqual(['appended', 'conflict', 'duplicate', 'misuse']);
  const answers = Object.entries(kinds).map(([kind, count]) => `${count} ${kind}`);
  return `${tried} sequences; answers: ${answers.join(', ')}`;
}

function kindOf(result: AppendResult): string {
  return result.status === 'appended' && result.duplicate ? 'duplicate' : result.status;
}
