import type { EventData, ServiceEvent } from '@claude-codex/contracts/events';
import type { ServiceStatus } from '@claude-codex/contracts/service/events';
import { type Decider, skipUnknown } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';

export type ServiceState =
  | { status: 'none' }
  | { status: 'registered' | 'removed'; registered: EventData<'ServiceRegistered'>; health: ServiceStatus };

export type ServiceCommand =
  | ({ type: 'RegisterService' } & EventData<'ServiceRegistered'>)
  | { type: 'RecordStatus'; status: ServiceStatus; latencyMs: number | null; detail: string }
  | { type: 'RemoveService' };

export const serviceDecider: Decider<ServiceState, ServiceCommand, ServiceEvent> = {
  initialState: { status: 'none' },
  snapshot: { schemaVersion: 1 },
  evolve(state, event) {
    if (event.type === 'ServiceRegistered') return { status: 'registered', registered: event.data, health: 'unknown' };
    if (state.status === 'none') return state;
    switch (event.type) {
      case 'ServiceStatusChanged':
        return { ...state, health: event.data.status };
      case 'ServiceRemoved':
        return { ...state, status: 'removed' };
      default:
        return skipUnknown(event, state);
    }
  },
  decide(command, state) {
    if (command.type === 'RegisterService') {
      const { type: _type, ...data } = command;
      return state.status === 'registered' ? [] : [{ type: 'ServiceRegistered', data }];
    }
    if (state.status === 'none') return refuse('SERVICE_NOT_FOUND');
    switch (command.type) {
      case 'RecordStatus': {
        if (state.status === 'removed' || state.health === command.status) return [];
        const { type: _type, ...data } = command;
        return [{ type: 'ServiceStatusChanged', data: { ...data, previous: state.health } }];
      }
      case 'RemoveService':
        return state.status === 'removed' ? [] : [{ type: 'ServiceRemoved', data: {} }];
      default:
        return unknownCommand(command);
    }
  },
};
