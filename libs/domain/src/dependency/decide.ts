import type { DependencyEvent, EventData } from '@claude-codex/contracts';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { type DependencyState, evolveDependency, initialDependency } from './state.ts';

export type DependencyCommand =
  | ({ type: 'RequestDependency' } & EventData<'DependencyRequested'>)
  | ({ type: 'ProvideDependency' } & EventData<'DependencyProvided'>)
  | { type: 'DeclineDependency'; reason: string }
  | { type: 'ReportLostValue'; secretId: string }
  /** A new epoch of the instance needs the value again, so this may happen once per epoch. */
  | { type: 'MarkDependencyDelivered'; epoch: number };

export function decideDependency(command: DependencyCommand, state: DependencyState): DependencyEvent[] {
  if (command.type === 'RequestDependency') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'DependencyRequested', data }] : [];
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
