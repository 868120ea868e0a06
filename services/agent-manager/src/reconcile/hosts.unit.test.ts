import { subjects } from '@claude-codex/contracts';
import { createInProcessBus, publishJson } from '@claude-codex/service-kit';
import { silentLog, waitFor } from '@claude-codex/testing';
import { afterEach, expect, it } from 'vitest';
import { type Hosts, watchHosts } from './hosts.ts';

const bus = createInProcessBus();
let hosts: Hosts;
let goOn: () => void;
afterEach(() => hosts.stop());

/** Each call of `beat` is one sleep that ends. */
function open() {
  hosts = watchHosts({
    ...{ bus, hostId: 'here', managerId: 'mine', lostAfterMs: 6_000, log: silentLog },
    clock: {
      now: () => 0,
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          goOn = resolve;
          signal?.addEventListener('abort', () => resolve());
        }),
    },
  });
}
const beat = async (times: number) => {
  for (let count = 0; count < times; count += 1) {
    goOn();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
const hear = async (hostId: string) => {
  publishJson(bus, subjects.manager.alive, { hostId, managerId: `of-${hostId}` });
  await new Promise((resolve) => setTimeout(resolve, 5));
};

it('a host is lost once nothing was heard of it for as long as was said, and no longer when it is heard again', async () => {
  open();
  await waitFor('the first beat', async () => goOn !== undefined);
  await hear('there');
  await beat(2);
  expect(hosts.isLost('there')).toBe(false);
  await beat(1);
  expect(hosts.isLost('there')).toBe(true);
  expect(hosts.describe()).toBe('here, there (not heard any more)');
  await hear('there');
  expect(hosts.isLost('there')).toBe(false);
});

it('one that begins waits as long for those it never heard; its own is never lost', async () => {
  open();
  await beat(1);
  expect(hosts.isLost('there')).toBe(false);
  await beat(5);
  expect([hosts.isLost('there'), hosts.isLost('here')]).toEqual([true, false]);
});

it('while we hear nothing of ourselves, nobody is lost for it', async () => {
  open();
  await beat(1);
  await hear('there');
  const away = bus.publish;
  bus.publish = () => undefined;
  await beat(20);
  bus.publish = away;
  expect(hosts.isLost('there')).toBe(false);
});
