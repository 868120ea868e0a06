import type { ErrorCode, NewEvent } from '@claude-codex/contracts';
import type { StreamName } from '@claude-codex/contracts/ids';
import {
  type CommandMeta,
  type Decider,
  type EventStore,
  handleCommand,
  handleTransaction,
  type Load,
  type StreamWrite,
} from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { idFrom, newId } from '@claude-codex/service-kit/ids';
import type { FastifyRequest } from 'fastify';
import { type Principal, principalOf } from '../access/principal.ts';
import type { Positions } from '../reads/positions.ts';
import { problemOf, refusal } from './problems.ts';

/** One request as a command: its id (the caller's Idempotency-Key, so that a repeated request acts once) and its origin. */
export interface CommandContext {
  readonly commandId: string;
  readonly meta: CommandMeta;
}

export interface Commands {
  /** Runs a command on one aggregate and gives the position of it. What comes back can be read at once. */
  run<State, Command, Event extends NewEvent>(
    context: CommandContext,
    target: { stream: string; decider: Decider<State, Command, Event>; command: Command },
  ): Promise<number>;
  /** Several aggregates in one atomic append. */
  transact(context: CommandContext, decide: (load: Load) => Promise<StreamWrite[]>): Promise<number>;
  /** Refuses with `code` when the stream does not exist or belongs to another workspace: both look the same outside. */
  own(principal: Principal, stream: StreamName, code: ErrorCode): Promise<void>;
}

const KEY = /^[\x21-\x7e]{1,128}$/;

/** `part` tells apart the commands of one request that runs several. */
export function commandContext(request: FastifyRequest, part = ''): CommandContext {
  const { personId, workspaceId } = principalOf(request);
  const key = request.headers['idempotency-key'];
  if (key !== undefined && (typeof key !== 'string' || !KEY.test(key))) {
    throw new Problem('INVALID_FIELD', {
      detail: 'Idempotency-Key must be 1 to 128 visible ASCII characters.',
      errors: [{ field: 'headers.idempotency-key', code: 'INVALID_FIELD', expected: '1 to 128 visible characters' }],
    });
  }
  const commandId = key === undefined ? newId() : idFrom('request', personId, request.method, request.url, key, part);
  return {
    commandId,
    meta: {
      actor: { kind: 'person', id: personId },
      causedBy: null,
      correlationId: request.id,
      causationId: null,
      workspaceId,
    },
  };
}

/** Read models follow within 15 ms; one that stands still must not hold up what is stored already. */
const SHOWN_MS = 1_000;

export function createCommands({ store, positions }: { store: EventStore; positions: Positions }): Commands {
  /** What the read models did not show in time: until they have it, no further answer waits for them. */
  let missed = 0;

  /** An answer may be followed by a read that names no position: it finds what the answer spoke of. */
  async function shown(position: number | null): Promise<number> {
    const { position: now } = positions.current();
    if (position === null || now < missed) return position ?? now;
    if (!(await positions.reached(position, SHOWN_MS))) missed = position;
    return position;
  }

  return {
    run: ({ commandId, meta }, target) =>
      translated(async () => shown((await handleCommand(store, { commandId, meta, ...target })).position)),
    transact: ({ commandId, meta }, decide) =>
      translated(async () => shown((await handleTransaction(store, { commandId, meta, decide })).position)),
    own: (principal, stream, code) =>
      translated(async () => {
        const [first] = await store.readStream(stream, { limit: 1 });
        if (first?.meta.workspaceId === principal.workspaceId) return;
        throw refusal(code);
      }),
  };
}

async function translated<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw problemOf(error);
  }
}
