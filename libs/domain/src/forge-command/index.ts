import type { EventData, ForgeCommandEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';

export type ForgeCommandState = { status: 'none' } | ({ status: 'given' } & EventData<'ForgeCommandGiven'>);
export type RecordForgeCommand = { type: 'RecordForgeCommand' } & EventData<'ForgeCommandGiven'>;

/** A command in a comment is carried out once, and what became of it stays. */
export const forgeCommandDecider: Decider<ForgeCommandState, RecordForgeCommand, ForgeCommandEvent> = {
  initialState: { status: 'none' },
  evolve: (_state, event) => ({ status: 'given', ...event.data }),
  decide({ type: _type, ...data }, state) {
    return state.status === 'none' ? [{ type: 'ForgeCommandGiven', data }] : [];
  },
};
