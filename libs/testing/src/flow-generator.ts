import type { RecordedDomainEvent } from '@claude-codex/contracts';
import fc from 'fast-check';
import type { Action } from './flow/action.ts';
import { ACTIONS } from './flow/actions.ts';
import { turnToAnother } from './flow/attempts.ts';
import { liveInstance } from './flow/streams.ts';
import { changeSurroundings, createTask, foundWorkspace } from './flow/surroundings.ts';
import { createWorld, type World } from './flow/world.ts';

/**
 * A history that could have happened: workspaces, repositories, and tasks on their way from draft to merge, with every
 * detour on the way. `choose` decides everything: the same choices give the same history.
 */
export function generateFlow(steps: number, choose: (bound: number) => number): RecordedDomainEvent[] {
  const world = createWorld(choose);
  foundWorkspace(world);
  createTask(world);
  for (let step = 0; step < steps; step += 1) takeStep(world);
  return world.events;
}

function takeStep(world: World): void {
  const kind = world.choose(150);
  if (kind === 0) changeSurroundings(world);
  else if (kind === 1) createTask(world);
  else if (kind === 2 && world.choose(4) === 0) foundWorkspace(world);
  else changeTask(world);
}

function changeTask(world: World): void {
  // Mostly the newest tasks, so that some get far and old ones still change now and then.
  const newest = world.tasks.slice(-3);
  const task = world.pick(world.choose(6) === 0 ? world.tasks : newest);
  turnToAnother(world, task);
  const instance = liveInstance(task);
  const possible = ACTIONS.filter((action) => action.can(task, instance));
  // Actions that need an instance only say they can when there is one.
  weighted(world, possible)?.act(world, task, instance ?? NO_INSTANCE);
}

function weighted(world: World, actions: readonly Action[]): Action | undefined {
  let ticket = world.choose(actions.reduce((sum, { weight }) => sum + weight, 0));
  return actions.find(({ weight }) => {
    ticket -= weight;
    return ticket < 0;
  });
}

const NO_INSTANCE = { id: '', branch: '', epoch: 0, state: 'ended' as const, pending: [], turns: 0 };

/** Histories for property tests. Choices come from a seed: short histories are found first when shrinking. */
export function flows(maxSteps = 120): fc.Arbitrary<RecordedDomainEvent[]> {
  return fc
    .tuple(fc.integer({ min: 1, max: maxSteps }), fc.integer())
    .map(([steps, seed]) => generateFlow(steps, seededChooser(seed)));
}

/** A small deterministic generator (mulberry32): enough for choices, and the same everywhere. */
export function seededChooser(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound) >>> 0;
  };
}
