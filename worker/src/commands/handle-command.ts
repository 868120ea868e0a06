import type { WorkerCommand } from '@claude-codex/contracts/worker/protocol';
import { type CollectContext, collect } from '../collect/collect.ts';
import { EgressAway } from '../egress-client.ts';
import { reasonOf } from '../preflight.ts';
import type { SecretFile } from '../secrets/env-file.ts';
import type { Permissions } from '../session/permissions.ts';
import type { Session } from '../session/session.ts';
import type { CommandLog, Refusal } from './command-log.ts';

export interface CommandTargets {
  readonly session: Session;
  readonly permissions: Permissions;
  readonly secretFile: SecretFile;
  readonly collecting: CollectContext;
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
      (error: unknown) => log.end(id, false, reasonOf(error), causeOf(error)),
    );
  }

  async function collectNow(command: Extract<Command, { type: 'collect' }>): Promise<string> {
    targets.collecting.journal.write(await collect(targets.collecting, command));
    return '';
  }

  async function setSecret(name: string, value: string): Promise<string> {
    const { masker, journal } = targets.collecting;
    // Masked before it can be read: the first command that prints it may already be running.
    if (!masker.add(value)) {
      journal.write({ type: 'warning', code: 'SECRET_TOO_SHORT', detail: `${name} is too short to be masked` });
    }
    await targets.secretFile.set(name, value);
    return '';
  }

  return (command) => {
    if (!log.begin(command.id)) return;
    switch (command.type) {
      case 'message':
        targets.session.send({ commandId: command.id, text: command.text, interrupt: command.interrupt }, () =>
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

const FULL = /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i;

/** What is no fault of the agent's work: a full disk, or egress not answering. It is asked for again until it passes. */
function causeOf(error: unknown): Refusal['cause'] {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (FULL.test(`${'code' in one ? one.code : ''} ${one.message}`)) return 'disk_full';
    if (one instanceof EgressAway) return 'egress_away';
  }
  return undefined;
}
