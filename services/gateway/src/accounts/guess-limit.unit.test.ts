import { Problem } from '@claude-codex/service-kit/http/problem';
import { describe, expect, it } from 'vitest';
import { createGuessLimit, type Guess, networkOf } from './guess-limit.ts';

const HOUR_MS = 3_600_000;
const wrong = async () => {
  throw new Problem('CREDENTIALS_WRONG', { detail: 'no' });
};

function limitAt() {
  const clock = { time: 0, now: () => clock.time };
  const limit = createGuessLimit(clock);
  let from = 0;
  /** From another address each time, so that only the account is counted. */
  const stranger = (): Guess => {
    from += 1;
    return { account: 'a@example.org', address: `10.0.0.${from}`, device: null };
  };
  const outcome = async (guess: Guess, verify: () => Promise<unknown>) =>
    limit.guess(guess, verify).then(
      () => 'right',
      (error: unknown) => (error instanceof Problem && error.headers['retry-after']) || 'wrong',
    );
  return { clock, limit, stranger, outcome };
}

describe('guessing', () => {
  it('waits longer after each wrong try, at most a quarter of an hour, and is forgotten after an hour', async () => {
    const { clock, stranger, outcome } = limitAt();
    for (let n = 0; n < 5; n += 1) expect(await outcome(stranger(), wrong)).toBe('wrong');
    const waits: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const seconds = Number(await outcome(stranger(), wrong));
      waits.push(seconds);
      clock.time += seconds * 1000;
      expect(await outcome(stranger(), wrong)).toBe('wrong');
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900]);
    clock.time += HOUR_MS + 900_000;
    for (let n = 0; n < 5; n += 1) expect(await outcome(stranger(), wrong)).toBe('wrong');
  });

  it('counts one account however its address is spelled', async () => {
    const { stranger, outcome } = limitAt();
    const spelled = (account: string): Guess => ({ ...stranger(), account });
    for (const account of ['a@example.org', 'A@example.org', 'a@EXAMPLE.org', 'A@Example.Org', 'a@example.ORG'])
      expect(await outcome(spelled(account), wrong)).toBe('wrong');
    expect(await outcome(spelled('a@example.orG'), wrong)).toBe('30');
  });

  it('counts tokens by network, apart from passwords', async () => {
    const { outcome } = limitAt();
    const token = (n: number): Guess => ({
      account: null,
      address: `2001:db8:1:2::${n.toString(16)}`,
      device: null,
      of: 'token',
    });
    for (let n = 0; n < 20; n += 1) expect(await outcome(token(n), wrong)).toBe('wrong');
    expect(await outcome(token(99), wrong)).toBe('30');
    expect(await outcome({ ...token(99), of: undefined }, wrong)).toBe('wrong');
  });

  it('a right one clears its account; one that was not judged counts for nothing', async () => {
    const { stranger, outcome } = limitAt();
    for (let n = 0; n < 4; n += 1) await outcome(stranger(), wrong);
    expect(await outcome(stranger(), async () => null)).toBe('right');
    for (let n = 0; n < 4; n += 1) expect(await outcome(stranger(), wrong)).toBe('wrong');
    const away = () => Promise.reject(new Error('the database is away'));
    for (let n = 0; n < 50; n += 1) await outcome(stranger(), away);
    expect(await outcome(stranger(), wrong)).toBe('wrong');
    expect(await outcome(stranger(), wrong)).toBe('30');
  });

  it('logging in to an account of one’s own does not wipe out what an address guessed at others', async () => {
    const { outcome } = limitAt();
    const at = (account: string): Guess => ({ account, address: '10.0.0.1', device: null });
    for (let n = 0; n < 19; n += 1) {
      await outcome(at(`p${n}`), wrong);
      await outcome(at('mine'), async () => null);
    }
    expect(await outcome(at('p19'), wrong)).toBe('wrong');
    expect(await outcome(at('p20'), wrong)).toBe('30');
  });

  it('keeps few verifications going at once, and a lane free for known devices', async () => {
    const { limit } = limitAt();
    const running = { now: 0, most: 0 };
    const ends: (() => void)[] = [];
    const slow = async () => {
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await new Promise<void>((resolve) => ends.push(resolve));
      running.now -= 1;
    };
    const crowd = Array.from({ length: 80 }, (_, n) =>
      limit
        .guess({ account: `p${n}`, address: `10.0.1.${n}`, device: null }, slow)
        .catch((error: Problem) => error.code),
    );
    expect(await limit.guess({ account: 'a', address: '10.0.1.1', device: 'known' }, async () => 'in')).toBe('in');
    let over = false;
    const done = Promise.all(crowd).finally(() => {
      over = true;
    });
    while (!over) {
      for (const end of ends.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(running.most).toBe(2);
    expect((await done).filter((code) => code === 'TOO_MANY_REQUESTS').length).toBeGreaterThan(10);
  });

  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is counted as %s', (address, network) => expect(networkOf(address)).toBe(network));
});
