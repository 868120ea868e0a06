import type { NewEvent } from '@claude-codex/contracts/envelope';
import { describe, expect, it } from 'vitest';
import { type Decider, skipUnknown } from './decider.ts';
import { DomainError } from './domain-error.ts';
import type { EventStore } from './event-store.ts';
import { handleCommand, handleTransaction } from './handle-command.ts';
import { createMemoryEventStore } from './memory-event-store.ts';
import { appendOf, fresh, testMeta } from './spec/append-request.ts';
import { specFor } from './spec/given.ts';

type Deposited = NewEvent<'Deposited', { amount: number }>;
type Withdrawn = NewEvent<'Withdrawn', { amount: number }>;
type AccountEvent = Deposited | Withdrawn;
type AccountCommand = { type: 'deposit' | 'withdraw'; amount: number };

const account: Decider<number, AccountCommand, AccountEvent> = {
  initialState: 0,
  evolve(balance, event) {
    switch (event.type) {
      case 'Deposited':
        return balance + event.data.amount;
      case 'Withdrawn':
        return balance - event.data.amount;
      default:
        return skipUnknown(event, balance);
    }
  },
  decide({ type, amount }, balance) {
    if (amount === 0) return [];
    if (type === 'deposit') return [{ type: 'Deposited', data: { amount } }];
    if (balance < amount) throw new DomainError('ACCOUNT_TOO_LOW', { balance, amount });
    return [{ type: 'Withdrawn', data: { amount } }];
  },
};

const given = specFor(account);
const deposited = (amount: number): Deposited => ({ type: 'Deposited', data: { amount } });
const withdrawn = (amount: number): Withdrawn => ({ type: 'Withdrawn', data: { amount } });

describe('given, when, then', () => {
  it('compares events, nothing, and refusals', () => {
    given([deposited(5)])
      .when({ type: 'withdraw', amount: 2 })
      .then([withdrawn(2)]);
    given([deposited(5)])
      .when({ type: 'withdraw', amount: 0 })
      .thenNothing();
    given([deposited(5)])
      .when({ type: 'withdraw', amount: 6 })
      .refusedWith('ACCOUNT_TOO_LOW', { balance: 5 });
    given([deposited(5), withdrawn(1)]).thenState((balance) => expect(balance).toBe(4));
  });

  it('fails on every difference', () => {
    const when = given([deposited(5)]).when({ type: 'withdraw', amount: 2 });
    expect(() => when.then([withdrawn(3)])).toThrow('events: expected');
    expect(() => when.thenNothing()).toThrow('events: expected');
    expect(() => when.refusedWith('ACCOUNT_TOO_LOW')).toThrow('refusal: expected');
    const refused = given([]).when({ type: 'withdraw', amount: 2 });
    expect(() => refused.refusedWith('OTHER')).toThrow('refusal: expected');
    expect(() => refused.refusedWith('ACCOUNT_TOO_LOW', { balance: 1 })).toThrow('details: expected');
    expect(() => refused.then([])).toThrow(DomainError);
  });
});

/** Lets somebody else write just before the next `times` appends. */
function disturbed(store: EventStore, stream: string, times: number): EventStore {
  let left = times;
  return {
    ...store,
    async append(request) {
      if (left > 0) {
        left -= 1;
        await store.append(appendOf(stream, 'any', [deposited(1)]));
      }
      return store.append(request);
    },
  };
}

describe('handleCommand', () => {
  const request = (stream: string, type: AccountCommand['type'], amount: number, commandId = fresh('command')) => ({
    commandId,
    meta: testMeta,
    stream,
    decider: account,
    command: { type, amount },
  });

  it('decides on the state of the stream and appends', async () => {
    const store = createMemoryEventStore();
    await handleCommand(store, request('account-1', 'deposit', 5));
    expect(await handleCommand(store, request('account-1', 'withdraw', 2))).toEqual({
      position: 2,
      duplicate: false,
      events: [withdrawn(2)],
      state: 3,
    });
  });

  it('appends nothing when nothing was decided or the command was refused', async () => {
    const store = createMemoryEventStore();
    expect(await handleCommand(store, request('account-1', 'deposit', 0))).toMatchObject({ position: null, state: 0 });
    await expect(handleCommand(store, request('account-1', 'withdraw', 1))).rejects.toMatchObject({
      code: 'ACCOUNT_TOO_LOW',
      details: { balance: 0, amount: 1 },
    });
    expect((await store.head()).position).toBe(0);
  });

  it('decides again after a conflict, and gives up after the last attempt', async () => {
    const store = createMemoryEventStore();
    await handleCommand(store, request('account-1', 'deposit', 2));
    const result = await handleCommand(disturbed(store, 'account-1', 3), request('account-1', 'withdraw', 2));
    expect(result).toMatchObject({ position: 5, events: [withdrawn(2)], state: 3 });
    const stubborn = handleCommand(disturbed(store, 'account-1', 99), {
      ...request('account-1', 'deposit', 1),
      attempts: 2,
    });
    await expect(stubborn).rejects.toMatchObject({ code: 'APPEND_CONFLICT' });
  });

  it('answers a repeated command from the stream although it would now be refused', async () => {
    const store = createMemoryEventStore();
    await handleCommand(store, request('account-1', 'deposit', 5));
    const first = await handleCommand(store, request('account-1', 'withdraw', 5, 'once'));
    const again = await handleCommand(store, request('account-1', 'withdraw', 5, 'once'));
    expect(again).toMatchObject({ position: first.position, duplicate: true, state: 0 });
    expect((await store.head()).position).toBe(2);
  });

  it('refuses a command id that another stream used', async () => {
    const store = createMemoryEventStore();
    await handleCommand(store, request('account-1', 'deposit', 5, 'once'));
    await expect(handleCommand(store, request('account-2', 'deposit', 5, 'once'))).rejects.toMatchObject({
      code: 'COMMAND_ID_MISUSED',
    });
  });
});

describe('handleTransaction', () => {
  const transfer = (from: string, to: string, amount: number, commandId = fresh('command')) => ({
    commandId,
    meta: testMeta,
    async decide(load: Parameters<Parameters<typeof handleTransaction>[1]['decide']>[0]) {
      const { state } = await load(from, account);
      await load(to, account);
      return [
        { stream: from, events: account.decide({ type: 'withdraw', amount }, state) },
        { stream: to, events: [deposited(amount)] },
      ];
    },
  });

  it('writes to all streams or to none, deciding again after a conflict', async () => {
    const store = createMemoryEventStore();
    await store.append(appendOf('account-a', 0, [deposited(5)]));
    const result = await handleTransaction(disturbed(store, 'account-b', 2), transfer('account-a', 'account-b', 4));
    expect(result).toMatchObject({ duplicate: false });
    expect(await store.readStream('account-a')).toHaveLength(2);
    await expect(handleTransaction(store, transfer('account-a', 'account-b', 4))).rejects.toMatchObject({
      code: 'ACCOUNT_TOO_LOW',
    });
    expect(await store.readStream('account-b')).toHaveLength(3);
  });

  it('does a repeated command once', async () => {
    const store = createMemoryEventStore();
    await store.append(appendOf('account-a', 0, [deposited(5)]));
    const first = await handleTransaction(store, transfer('account-a', 'account-b', 5, 'once'));
    expect(await handleTransaction(store, transfer('account-a', 'account-b', 5, 'once'))).toMatchObject({
      position: first.position,
      duplicate: true,
    });
    expect((await store.head()).position).toBe(3);
  });
});
