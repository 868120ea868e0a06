import type { Masker } from '@claude-codex/contracts/worker/masker';
import type { WorkerCommand } from '@claude-codex/contracts/worker/protocol';
import { type AgentSide, AgentSideRefused } from '../agent-side/agent-side.ts';
import type { Journal } from '../journal/journal.ts';
import { reasonOf } from '../reason-of.ts';
import type { AgentSession } from '../session/agent-session.ts';
import type { Permissions } from '../session/permissions.ts';
import type { CommandLog } from './command-log.ts';

export interface CommandTargets {
  readonly session: AgentSession;
  readonly permissions: Permissions;
  readonly side: AgentSide;
  readonly masker: Masker;
  readonly journal: Journal;
  readonly sessionId: () => string | null;
  readonly log: CommandLog;
  readonly stop: (commandId: string, reason: string) => void;
}

type Command = Exclude<WorkerCommand, { type: 'start' | 'ping' }>;

/** Returns a function that carries out commands. It never throws: a failure is the command's acknowledgement. */
export function createCommandHandler(targets: CommandTargets): (command: Command) => void {
  const { log } = targets;
  // One collection at a time: two would commit into the same index.
  let collections: Promise<void> = Promise.resolve();

  function finish(id: string, work: Promise<string>): Promise<void> {
    return work.then(
      (detail) => log.end(id, true, detail),
      (error: unknown) =>
        log.end(id, false, reasonOf(error), error instanceof AgentSideRefused ? error.because : undefined),
    );
  }

  async function collectNow(command: Extract<Command, { type: 'collect' }>): Promise<string> {
    targets.journal.write(await targets.side.collect(command, targets.sessionId()));
    return '';
  }

  async function setSecret(name: string, value: string): Promise<string> {
    const { masker, journal } = targets;
    // Masked before it can be read: the first command that prints it may already be running.
    if (!masker.add(value)) {
      journal.write({ type: 'warning', code: 'SECRET_TOO_SHORT', detail: `${name} is too short to be masked` });
    }
    await targets.side.setSecret(name, value);
    return '';
  }

  return (command) => {
    if (!log.begin(command.id)) return;
    switch (command.type) {
      case 'message':
        targets.session.send({ ...command, commandId: command.id, documents: command.documents ?? [] }, () =>
          log.end(command.id, true, ''),
        );
        return;
      case 'set_secret':
        void finish(command.id, setSecret(command.name, command.value));
        return;
      case 'collect':
        collections = collections.then(() => finish(command.id, collectNow(command)));
        return;
      case 'permission': {
        const found = targets.permissions.decide(command.requestId, command.decision, command.reason);
        log.end(command.id, found, found ? '' : 'nothing waits for this decision any more');
        return;
      }
      case 'interrupt':
        void finish(
          command.id,
          targets.session.interrupt().then(() => ''),
        );
        return;
      case 'stop':
        targets.stop(command.id, command.reason);
        return;
    }
  };
}
