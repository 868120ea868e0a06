import type { SimInstance, SimTask, World } from './world.ts';

/** Something that can happen to a task. `instance` is the task's newest, present while it is not ended. */
export interface Action {
  /**
   * How likely it is beside other actions. What takes a task further weighs most and what ends it least, or no task
   * would ever get far.
   */
  weight: number;
  can(task: SimTask, instance: SimInstance | null): boolean;
  act(world: World, task: SimTask, instance: SimInstance): void;
}
