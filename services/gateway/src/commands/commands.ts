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
  /** Runs a command on one aggregate and gives the position to wait for. */
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

export function createCommands({ store, positions }: { store: EventStore; positions: Positions }): Commands {
  return {
    run: ({ commandId, meta }, target) =>
      translated(async () => {
        const { position } = await handleCommand(store, { commandId, meta, ...target });
        return position ?? positions.current().position;
      }),
    transact: ({ commandId, meta }, decide) =>
      translated(async () => {
        const { position } = await handleTransaction(store, { commandId, meta, decide });
        return position ?? positions.current().position;
      }),
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
