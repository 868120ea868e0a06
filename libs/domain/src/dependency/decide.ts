import type { DependencyEvent, EventData } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { type DependencyState, evolveDependency, initialDependency } from './state.ts';

export type DependencyCommand =
  /** `remembered` is what was given for this name before: it is used, and nobody is asked. */
  | ({
      type: 'RequestDependency';
      remembered: EventData<'DependencyProvided'> | null;
    } & EventData<'DependencyRequested'>)
  | ({ type: 'ProvideDependency' } & EventData<'DependencyProvided'>)
  | { type: 'DeclineDependency'; reason: string }
  | { type: 'ReportLostValue'; secretId: string }
  /** A new epoch of the instance needs the value again, so this may happen once per epoch. */
  | { type: 'MarkDependencyDelivered'; epoch: number };

export function decideDependency(command: DependencyCommand, state: DependencyState): DependencyEvent[] {
  if (command.type === 'RequestDependency') {
    const { type: _type, remembered, ...data } = command;
    if (state.status !== 'none') return [];
    const requested: DependencyEvent = { type: 'DependencyRequested', data };
    return remembered === null ? [requested] : [requested, { type: 'DependencyProvided', data: remembered }];
  }
  if (state.status === 'none') return refuse('DEPENDENCY_NOT_FOUND');
  switch (command.type) {
    case 'ProvideDependency':
      if (state.status !== 'open') refuse('DEPENDENCY_ALREADY_RESOLVED', { status: state.status });
      return [{ type: 'DependencyProvided', data: { secretId: command.secretId, remember: command.remember } }];
    case 'DeclineDependency':
      if (state.status !== 'open') refuse('DEPENDENCY_ALREADY_RESOLVED', { status: state.status });
      return [{ type: 'DependencyDeclined', data: { reason: command.reason } }];
    case 'ReportLostValue':
      // Another one may have been given in the meantime.
      if (state.status !== 'provided' || state.secretId !== command.secretId) return [];
      return [{ type: 'DependencyValueLost', data: { secretId: command.secretId } }];
    case 'MarkDependencyDelivered':
      if (state.status === 'open') refuse('DEPENDENCY_NOT_RESOLVED');
      return [{ type: 'DependencyDelivered', data: { epoch: command.epoch } }];
    default:
      return unknownCommand(command);
  }
}

export const dependencyDecider: Decider<DependencyState, DependencyCommand, DependencyEvent> = {
  initialState: initialDependency,
  evolve: evolveDependency,
  decide: decideDependency,
};
