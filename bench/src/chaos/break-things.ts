import { seededChooser } from '@claude-codex/testing/flow-generator';
import type { System } from '../system/system.ts';

/** How often what was done. */
export type Damage = Record<string, number>;

interface BreakOptions {
  seconds: number;
  /** The same seed does the same things in the same order. */
  seed: number;
  onProgress: (line: string) => void;
}

type Way = [name: string, weight: number, act: () => Promise<void>];

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Kills or freezes something every second or two until the time is up; at the end everything runs. */
export async function breakThings(system: System, { seconds, seed, onProgress }: BreakOptions): Promise<Damage> {
  const choose = seededChooser(seed);
  const { postgres, nats, services } = system;
  const damage: Damage = {};
  const ways: Way[] = [
    [
      'kill postgres',
      2,
      async () => {
        await postgres.kill();
        await pause(choose(500));
        await postgres.start();
      },
    ],
    [
      'kill nats',
      2,
      async () => {
        await nats.kill();
        await pause(choose(500));
        await nats.start();
      },
    ],
    [
      'empty nats',
      1,
      async () => {
        await nats.kill();
        nats.replaceVolume(null);
        await nats.start();
      },
    ],
    ...services.flatMap((service): Way[] => [
      [
        `kill ${service.name}`,
        2,
        async () => {
          await service.kill();
          await pause(choose(300));
          await service.start();
        },
      ],
      [`freeze ${service.name}`, 2, () => service.freeze(500 + choose(2_500))],
    ]),
  ];
  const total = ways.reduce((sum, [, weight]) => sum + weight, 0);
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    await pause(500 + choose(1_500));
    const [name, act] = drawn(ways, choose(total));
    await act();
    damage[name] = (damage[name] ?? 0) + 1;
    onProgress(`${Math.max(Math.round((end - performance.now()) / 1_000), 0)} s left, ${name}`);
  }
  return damage;
}

/** The way that a ticket below the sum of all weights falls on. */
function drawn(ways: readonly Way[], ticket: number): [string, () => Promise<void>] {
  let left = ticket;
  for (const [name, weight, act] of ways) {
    left -= weight;
    if (left < 0) return [name, act];
  }
  throw new RangeError('the ticket is beyond the weights');
}
