import type { DependencyEvent, EventData } from '@claude-codex/contracts/events';
import { skipUnknown } from '@claude-codex/eventing/decider';

type Requested = { requested: EventData<'DependencyRequested'> };

export type DependencyState =
  | { status: 'none' }
  | ({ status: 'open' } & Requested)
  | ({ status: 'provided'; secretId: string; delivered: boolean } & Requested)
  | ({ status: 'declined'; reason: string; delivered: boolean } & Requested);

export const initialDependency: DependencyState = { status: 'none' };

export function evolveDependency(state: DependencyState, event: DependencyEvent): DependencyState {
  if (event.type === 'DependencyRequested') return { status: 'open', requested: event.data };
  if (state.status === 'none') return state;
  const { requested } = state;
  switch (event.type) {
    case 'DependencyProvided':
      return { status: 'provided', secretId: event.data.secretId, delivered: false, requested };
    case 'DependencyValueLost':
      return { status: 'open', requested };
    case 'DependencyDeclined':
      return { status: 'declined', reason: event.data.reason, delivered: false, requested };
    case 'DependencyDelivered':
      return state.status === 'open' ? state : { ...state, delivered: true };
    default:
      return skipUnknown(event, state);
  }
}
