import { join } from 'node:path';
import { type Clock, type EventStore, type FollowedFold, followFold, type Log } from '@claude-codex/eventing';
import { createKeptFile } from '@claude-codex/service-kit/kept-file';
import { type KeptQuestions, OPEN_QUESTIONS_SHAPE, OpenQuestions } from './open-questions.ts';

/** Where what is known lies in the orchestrator's directory, which several orchestrators of one machine may share. */
export const QUESTIONS_FILE = 'questions';

/** Keeps the open questions up to date from the log, starting where the last orchestrator with this directory stopped. */
export function followQuestions(options: {
  store: EventStore;
  directory: string;
  clock: Clock;
  log: Log;
}): FollowedFold<OpenQuestions> {
  const { directory, log } = options;
  const [path, temporary] = [join(directory, QUESTIONS_FILE), join(directory, 'tmp')];
  return followFold({
    ...options,
    keeps: createKeptFile<KeptQuestions>({ path, temporary, shape: OPEN_QUESTIONS_SHAPE, log }),
    begin: (kept) => new OpenQuestions(kept ?? undefined),
    take(open, events) {
      for (const event of events) open.apply(event);
    },
  });
}
