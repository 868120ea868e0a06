import { seededChooser } from '@claude-codex/testing/flow-generator';
import type { System } from '../system/system.ts';
import type { Damage, Verdict } from './verdict.ts';

interface BreakOptions {
  seconds: number;
  /** The same seed does the same things in the same order. */
  seed: number;
  onProgress: (line: string) => void;
}

type Way = [name: string, weight: number, act: () => Promise<void>];
type Choose = ReturnType<typeof seededChooser>;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Kills or freezes something every second or two until the time is up; at the end everything runs. */
export async function breakThings(
  system: System,
  { seconds, seed, onProgress }: BreakOptions,
): Promise<Pick<Verdict, 'damage' | 'endedThemselves'>> {
  const choose = seededChooser(seed);
  const damage: Damage = {};
  const endedThemselves: Damage = {};
  const ways = waysToBreak(system, choose);
  const total = ways.reduce((sum, [, weight]) => sum + weight, 0);
  const end = performance.now() + seconds * 1_000;

  async function reviveFallen(): Promise<void> {
    for (const service of system.services) {
      if (!service.ended()) continue;
      endedThemselves[service.name] = (endedThemselves[service.name] ?? 0) + 1;
      onProgress(`${service.name} ended by itself`);
      await service.start();
    }
  }

  while (performance.now() < end) {
    await pause(500 + choose(1_500));
    const [name, act] = drawn(ways, choose(total));
    await act();
    damage[name] = (damage[name] ?? 0) + 1;
    onProgress(`${Math.max(Math.round((end - performance.now()) / 1_000), 0)} s left, ${name}`);
    await reviveFallen();
  }
  return { damage, endedThemselves };
}

function waysToBreak({ postgres, nats, services }: System, choose: Choose): Way[] {
  return [
    ['kill postgres', 2, () => killAndStart(postgres, choose(500))],
    // Longer than any answer is waited for, now and then.
    ['freeze postgres', 2, () => frozen(postgres, 500 + choose(8_000))],
    ['kill nats', 2, () => killAndStart(nats, choose(500))],
    ['freeze nats', 1, () => frozen(nats, 500 + choose(4_000))],
    [
      'empty nats',
      1,
      async () => {
        await nats.kill();
        nats.replaceVolume(null);
        await nats.start();
      },
    ],
    [
      'rewind nats',
      1,
      async () => {
        await nats.kill();
        const old = nats.snapshot();
        await nats.start();
        await pause(500 + choose(2_000));
        await nats.kill();
        nats.replaceVolume(old);
        await nats.start();
      },
    ],
    ...services.flatMap((service): Way[] => [
      [`kill ${service.name}`, 2, () => killAndStart(service, choose(300))],
      [`freeze ${service.name}`, 2, () => service.freeze(500 + choose(2_500))],
    ]),
  ];
}

async function killAndStart(one: { kill(): Promise<void>; start(): Promise<void> }, downMs: number): Promise<void> {
  await one.kill();
  await pause(downMs);
  await one.start();
}

async function frozen(one: { freeze(): () => void }, ms: number): Promise<void> {
  const goOn = one.freeze();
  await pause(ms);
  goOn();
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
