import type { NewEvent } from '@claude-codex/contracts/envelope';
import type { StreamCategory } from '@claude-codex/contracts/ids';
import type { Decider } from '@claude-codex/eventing/decider';
import { counterDecider } from './counter/index.ts';
import { instanceDecider } from './instance/decide.ts';
import { repositoryDecider } from './repository/decide.ts';
import { serviceDecider } from './service/index.ts';

/** What makes a state of a stream and keeps it, without regard to which stream it is. */
export type AnyFolder = Pick<Decider<unknown, never, NewEvent>, 'initialState' | 'evolve' | 'snapshot'>;

/** The deciders that keep snapshots, by the category of their streams: those whose streams may grow long. */
export const SNAPSHOT_DECIDERS: Readonly<Partial<Record<StreamCategory, AnyFolder>>> = {
  counter: counterDecider as AnyFolder,
  instance: instanceDecider as AnyFolder,
  repository: repositoryDecider as AnyFolder,
  service: serviceDecider as AnyFolder,
};
