import type { CounterEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';

export interface CounterState {
  lastTaskNumber: number;
}
export interface AssignTaskNumber {
  type: 'AssignTaskNumber';
  taskId: string;
}

/** Hands out the next task number of a workspace; the compare-and-set of the stream makes it unique. */
export const counterDecider: Decider<CounterState, AssignTaskNumber, CounterEvent> = {
  initialState: { lastTaskNumber: 0 },
  // The one stream that grows with every task for ever.
  snapshot: { schemaVersion: 1 },
  evolve: (_state, event) => ({ lastTaskNumber: event.data.number }),
  decide: (command, state) => [
    { type: 'TaskNumberAssigned', data: { taskId: command.taskId, number: state.lastTaskNumber + 1 } },
  ],
};
