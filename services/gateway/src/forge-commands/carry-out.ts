import {
  type CommandFromForge,
  type CommandFromForgeAnswer,
  cutText,
  type EventData,
  StartIssuesRequest,
} from '@claude-codex/contracts';
import { systemActor } from '@claude-codex/contracts/envelope';
import { HTTP_STATUS } from '@claude-codex/contracts/errors';
import { streamOf } from '@claude-codex/contracts/ids';
import { forgeCommandDecider } from '@claude-codex/domain/forge-command/index';
import { forgeConnectionDecider } from '@claude-codex/domain/forge-connection/index';
import { repositoryDecider } from '@claude-codex/domain/repository/decide';
import { type Load, loadState, type StreamWrite } from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Members } from '../access/members.ts';
import type { CommandContext } from '../commands/commands.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { Deps } from '../deps.ts';
import { type FromIssue, IssueHasTask } from '../issues/from-issue.ts';
import { decideOnTask, isOnTask } from './decide-command.ts';
import { type Acting, NotAllowed, whoActs } from './who-acts.ts';

type Parts = Pick<Deps, 'store' | 'commands'> & {
  members: Pick<Members, 'roleOf'>;
  mayStart: ConsentCheck;
  fromIssue: FromIssue;
};

type Outcome = Pick<EventData<'ForgeCommandGiven'>, 'taskId' | 'outcome' | 'detail'>;

/** Verbs after which agents may start. */
const STARTS: ReadonlySet<CommandFromForge['verb']> = new Set(['start', 'resume', 'retry']);
const DETAIL_LENGTH = 500;

/**
 * Carries out what somebody wants in a comment at a forge, once for each comment, and writes down what became of it with
 * who said it. What is done and that it was are one append; a task that is made is known by the comment it is from. Throws
 * what may be otherwise in a moment.
 */
export function createCarryOut(parts: Parts): (command: CommandFromForge) => Promise<CommandFromForgeAnswer> {
  const { store, commands, members, mayStart, fromIssue } = parts;

  return async (command) => {
    const { connectionId, repositoryId } = command;
    const id = idFrom('command-from-forge', connectionId, command.commentId);
    const stream = streamOf('command', id);
    const before = await loadState(store, stream, forgeCommandDecider);
    if (before.status === 'given') return before;
    const at = await placeOf(repositoryId, connectionId);
    if (at === null || at.commands === 'nobody') return { outcome: 'ignored', detail: '' };

    /** As the last of its writes: who says it is known from then on, and so is what became of it. */
    const recorded = async (load: Load, acting: Acting | null, came: Outcome): Promise<StreamWrite[]> => {
      const forge = streamOf('forge', connectionId);
      const [{ state }, { state: connection }] = await Promise.all([
        load(stream, forgeCommandDecider),
        load(forge, forgeConnectionDecider),
      ]);
      const { provider, number, login, url, verb, text } = command;
      const given = { provider, repositoryId, number, login, url, verb, text, personId: acting?.personId ?? null };
      const record = { type: 'RecordForgeCommand' as const, ...given, ...came };
      return [
        { stream, events: forgeCommandDecider.decide(record, state) },
        { stream: forge, events: forgeConnectionDecider.decide({ type: 'SeeLogin', login }, connection) },
      ];
    };
    const contextOf = (acting: Acting | null, part: string): CommandContext => ({
      commandId: idFrom(id, part),
      meta: {
        actor: acting?.actor ?? systemActor('gateway'),
        ...{ causedBy: null, correlationId: id, causationId: null, workspaceId: at.workspaceId },
      },
    });

    let acting: Acting | null = null;
    try {
      acting = await whoActs(members, command, at);
      return await act(command, acting, contextOf, recorded);
    } catch (error) {
      const detail = wordsOf(error);
      const came = { taskId: command.taskId, outcome: 'refused' as const, detail };
      await commands.transact(contextOf(acting, 'refused'), (load) => recorded(load, acting, came));
      return came;
    }
  };

  async function act(
    command: CommandFromForge,
    acting: Acting,
    contextOf: (acting: Acting, part: string) => CommandContext,
    recorded: (load: Load, acting: Acting, came: Outcome) => Promise<StreamWrite[]>,
  ): Promise<CommandFromForgeAnswer> {
    const context = contextOf(acting, 'done');
    if (STARTS.has(command.verb)) await mayStart(context.meta);
    if (isOnTask(command)) {
      const came = { taskId: command.taskId, outcome: 'done' as const, detail: '' };
      await commands.transact(context, async (load) => {
        // First: by the record of it the same command is known again.
        const record = await recorded(load, acting, came);
        return [...(await decideOnTask(load, command, acting)), ...record];
      });
      return came;
    }
    const { number: issue, repositoryId, isIssue } = command;
    if (command.verb !== 'start') throw new NotAllowed('There is no task to do that with. `/codex start` makes one.');
    if (!isIssue) throw new NotAllowed('A task is started from an issue.');
    const { numbers: _numbers, ...asked } = StartIssuesRequest.parse({ numbers: [issue] });
    const made = await fromIssue.create(contextOf(acting, 'made'), { ...asked, repositoryId, issue });
    const came = { taskId: made.id, outcome: 'done' as const, detail: `Task ${made.number}.` };
    await commands.transact(context, (load) => recorded(load, acting, came));
    return came;
  }

  /** Where the repository is and what it takes; null for one that is not reached by that connection any more. */
  async function placeOf(repositoryId: string, connectionId: string) {
    const stream = streamOf('repository', repositoryId);
    const [repository, connection, [first]] = await Promise.all([
      loadState(store, stream, repositoryDecider),
      loadState(store, streamOf('forge', connectionId), forgeConnectionDecider),
      store.readStream(stream, { limit: 1 }),
    ]);
    if (repository.status !== 'connected' || first === undefined) return null;
    const { source, issues } = repository;
    if (source.kind !== 'forge' || source.connectionId !== connectionId) return null;
    return { workspaceId: first.meta.workspaceId, connection, commands: issues.commands };
  }
}

/** Why not, for the person who asked. What may be otherwise in a moment, or is our own fault, is thrown on. */
function wordsOf(error: unknown): string {
  if (error instanceof NotAllowed) return error.message;
  // There is no “again” in a comment.
  if (error instanceof IssueHasTask)
    return `Task ${error.task.number} is from this issue, and it is under way. \`/codex stop\` ends it.`;
  if (!(error instanceof Problem)) throw error;
  if (HTTP_STATUS[error.code] >= 500 || error.code === 'VERSION_CONFLICT') throw error;
  return cutText(error.message, DETAIL_LENGTH);
}
