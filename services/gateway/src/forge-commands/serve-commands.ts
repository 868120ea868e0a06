import { CommandFromForge, type CommandFromForgeAnswer, subjects } from '@claude-codex/contracts';
import { runWork } from '@claude-codex/service-kit';
import type { Bus } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import type { Logger } from '@claude-codex/service-kit/log';

const QUEUE = { queue: 'gateway' };

/** Bus request of the services that read comments at forges. */
export function serveForgeCommands({
  bus,
  log,
  carryOut,
}: {
  bus: Bus;
  log: Logger;
  carryOut(command: CommandFromForge): Promise<CommandFromForgeAnswer>;
}): () => void {
  return serveJson(
    bus,
    subjects.commands.fromForge,
    CommandFromForge,
    (command) => {
      const { provider, repositoryId, commentId, verb } = command;
      return runWork(log, 'forge-command', { provider, repositoryId, commentId, verb }, () => carryOut(command));
    },
    QUEUE,
  );
}
