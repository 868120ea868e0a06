import { waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from './bus.ts';
import { BusNoResponder, BusRemoteError, BusTimeout } from './bus.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (payload: Uint8Array) => new TextDecoder().decode(payload);

export interface BusUnderTest {
  /** Two participants of one network; the same object where there is only one process. */
  a: Bus;
  b: Bus;
  close(): Promise<void>;
}

/** What every Bus does. */
export function busContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`bus: ${name}`, () => {
    let under: BusUnderTest;
    let a: Bus;
    let b: Bus;
    let used = 0;
    const subject = (): string => {
      used += 1;
      return `contract.s${used}`;
    };

    beforeAll(async () => {
      under = await open();
      ({ a, b } = under);
    });
    afterAll(() => under.close());

    /** A subscription takes a moment to reach the network, so a probe is published until it is heard. */
    async function listening(bus: Bus, pattern: string, probe: string): Promise<{ heard: string[]; stop: () => void }> {
      const heard: string[] = [];
      const stop = bus.subscribe(pattern, (payload, actual) => heard.push(`${actual} ${text(payload)}`));
      await waitFor('the subscription', () => {
        a.publish(probe, bytes('probe'));
        return heard.length > 0;
      });
      await waitFor('the probes to pass', async () => {
        const before = heard.length;
        a.publish(probe, bytes('last probe'));
        await waitFor('the last probe', () => heard.at(-1) === `${probe} last probe` && heard.length > before);
        return true;
      });
      heard.length = 0;
      return { heard, stop };
    }

    it('carries messages in order to everybody who listens, until they stop', async () => {
      const name = subject();
      const first = await listening(b, name, name);
      const second = await listening(b, name, name);
      first.heard.length = 0;
      for (const body of ['1', '2', '3']) a.publish(name, bytes(body));
      await waitFor('the messages', () => first.heard.length === 3 && second.heard.length === 3);
      expect(first.heard).toEqual([`${name} 1`, `${name} 2`, `${name} 3`]);
      first.stop();
      a.publish(name, bytes('4'));
      await waitFor('the message', () => second.heard.length === 4);
      expect(first.heard).toHaveLength(3);
    });

    it('matches * as one token and > as the rest', async () => {
      const root = subject();
      const star = await listening(b, `${root}.*.end`, `${root}.x.end`);
      const rest = await listening(b, `${root}.>`, `${root}.x`);
      star.heard.length = 0;
      for (const tail of ['one.end', 'one.two.end', 'end', 'one']) a.publish(`${root}.${tail}`, bytes('m'));
      a.publish(root, bytes('m'));
      await waitFor('the messages', () => rest.heard.length === 4);
      expect(star.heard).toEqual([`${root}.one.end m`]);
    });

    it('asks and answers', async () => {
      const name = subject();
      b.serve(name, async (payload) => bytes(`${text(payload)}!`));
      const answer = await waitFor('the service', () => a.request(name, bytes('hé'), { timeoutMs: 2_000 }));
      expect(text(answer)).toBe('hé!');
    });

    it('says that nobody answers', async () => {
      await expect(a.request(subject(), bytes(''), { timeoutMs: 2_000 })).rejects.toBeInstanceOf(BusNoResponder);
    });

    it('gives up after the time given', async () => {
      const name = subject();
      let asked = 0;
      const { promise: never } = Promise.withResolvers<Uint8Array>();
      b.serve(name, () => {
        asked += 1;
        return asked === 1 ? Promise.resolve(bytes('ready')) : never;
      });
      await waitFor('the service', () => a.request(name, bytes(''), { timeoutMs: 2_000 }));
      await expect(a.request(name, bytes(''), { timeoutMs: 50 })).rejects.toBeInstanceOf(BusTimeout);
    });

    it('hands on a refusal with its code, and nothing of an unexpected error', async () => {
      const name = subject();
      b.serve(name, async (payload) => {
        if (text(payload) === 'ready') return bytes('yes');
        if (text(payload) === 'crash') throw new Error('secret of the house');
        if (text(payload) === 'driver')
          throw Object.assign(new Error('x'), { code: '23505', detail: 'secret of the house' });
        throw Object.assign(new Error('no'), { code: 'TASK_DONE', details: { why: 'naïve\n"quotes"' } });
      });
      await waitFor('the service', () => a.request(name, bytes('ready'), { timeoutMs: 2_000 }));
      const refused = await a.request(name, bytes('refuse'), { timeoutMs: 2_000 }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(BusRemoteError);
      expect(refused).toMatchObject({ code: 'TASK_DONE', detail: { why: 'naïve\n"quotes"' } });
      for (const how of ['crash', 'driver']) {
        const crashed = await a.request(name, bytes(how), { timeoutMs: 2_000 }).catch((error: unknown) => error);
        expect(crashed).toMatchObject({ code: 'INTERNAL', detail: null });
        expect(JSON.stringify(crashed) + String(crashed)).not.toContain('secret of the house');
      }
    });

    it('shares requests among servers of one queue, each to one of them', async () => {
      const name = subject();
      const servedBy: number[] = [];
      const serve = (server: number) =>
        b.serve(
          name,
          async (payload) => {
            servedBy.push(server);
            return payload;
          },
          { queue: 'q' },
        );
      const stops = [serve(1), serve(2)];
      await waitFor('both servers', async () => {
        await a.request(name, bytes(''), { timeoutMs: 2_000 });
        return new Set(servedBy).size === 2;
      });
      servedBy.length = 0;
      await Promise.all(Array.from({ length: 40 }, () => a.request(name, bytes(''), { timeoutMs: 2_000 })));
      expect(servedBy).toHaveLength(40);
      for (const stop of stops) stop();
      await waitFor('the servers to be gone', () =>
        a.request(name, bytes(''), { timeoutMs: 2_000 }).catch((error: unknown) => error instanceof BusNoResponder),
      );
    });

    it('carries a payload of 700 KB and an empty one', async () => {
      const name = subject();
      b.serve(name, async (payload) => payload);
      const empty = await waitFor('the service', () => a.request(name, new Uint8Array(), { timeoutMs: 2_000 }));
      expect(empty).toHaveLength(0);
      const large = await a.request(name, new Uint8Array(700_000).fill(7), { timeoutMs: 5_000 });
      expect(large).toHaveLength(700_000);
    });

    it('tells that it is connected', () => {
      expect(a.status()).toBe('connected');
    });
  });
}
