import { FORGES, type IssueDetail, type TaskFromIssue, type TaskOrigin } from '@claude-codex/contracts';
import { MAX_DESCRIPTION } from '@claude-codex/contracts/api/requests';
import { isVisible, shown } from '@claude-codex/contracts/hidden-characters';
import { streamOf } from '@claude-codex/contracts/ids';
import { cutText } from '@claude-codex/contracts/text';
import { issueText } from '@claude-codex/domain/prompts/issue-text';
import { createTask, type NewTask } from '@claude-codex/domain/transactions/create-task';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { CommandContext } from '../commands/commands.ts';
import type { Deps } from '../deps.ts';
import { createAskForge } from '../forge-connections/ask-forge.ts';
import { issueSourceOf } from './issue-source.ts';
import { isUnderWay, tasksFromIssues } from './tasks-from-issues.ts';

/** A task as it is wanted, and the issue it is to be from. Without a title it has that of the issue. */
export interface WantedFromIssue extends Omit<NewTask, 'title' | 'origin'> {
  readonly title?: string | undefined;
  readonly issue: number;
  /** Although another one from that issue is under way. */
  readonly again: boolean;
}

export interface Made {
  readonly id: string;
  readonly number: number;
  readonly position: number;
}

/** A task from this issue is under way. */
export class IssueHasTask extends Problem {
  readonly task: TaskFromIssue;

  constructor(task: TaskFromIssue) {
    super('ISSUE_HAS_TASK', {
      detail: `Task ${task.number} is from this issue, and it is under way. Open it, or ask for another one with “again”.`,
      errors: [{ field: 'body.issue', code: 'ISSUE_HAS_TASK', expected: 'an issue without a task under way' }],
    });
    this.task = task;
  }
}

export interface FromIssue {
  /**
   * Reads the issue at its forge and makes a task from it, once for each command. Throws `IssueHasTask`, ISSUE_NOT_FOUND,
   * what the forge says no with, and what `createTask` refuses. That the repository is of the workspace was asked before.
   */
  create(context: CommandContext, wanted: WantedFromIssue): Promise<Made>;
}

const TITLE_LENGTH = 200;
const SHOWN_MS = 2_000;
const BETWEEN = '\n\n';

export function createFromIssue({ store, bus, pool, positions, commands }: Deps): FromIssue {
  const forge = createAskForge(bus);

  /**
   * Asked after the counter of tasks was loaded: whoever makes another task meanwhile moves that counter, and this is
   * decided again.
   */
  async function refuseSecond(workspaceId: string, url: string): Promise<void> {
    const { position } = await store.head();
    if (!(await positions.reached(position, SHOWN_MS))) {
      throw new Problem('NOT_READY', { detail: 'What is shown lags behind what happened. Try again in a moment.' });
    }
    const task = (await tasksFromIssues(pool, workspaceId, [{ url }])).get(url);
    if (task !== undefined && isUnderWay(task)) throw new IssueHasTask(task);
  }

  async function made(id: string): Promise<Made | null> {
    const [first] = await store.readStream(streamOf('task', id), { limit: 1 });
    return first?.type === 'TaskCreated' ? { id, number: first.data.number, position: first.position } : null;
  }

  return {
    async create(context, { issue: number, again, title, ...wanted }) {
      const { workspaceId } = context.meta;
      const taskId = idFrom(context.commandId, 'task');
      // The same request again, maybe after its issue went away.
      const before = await made(taskId);
      if (before !== null) return before;
      const { provider, slug, credentialId } = await issueSourceOf(store, workspaceId, wanted.repositoryId);
      const issue = await forge.issue(provider, { slug, credentialId, number });
      const origin: TaskOrigin = { kind: 'issue', provider, slug, number, url: issue.url, title: issue.title };
      const description = descriptionOf(origin, issue, wanted.description);
      const request = { ...wanted, title: title ?? titleOf(issue), description, origin };
      await commands.transact(context, async (load) => {
        const writes = await createTask(load, { taskId, workspaceId, request });
        if (!again) await refuseSecond(workspaceId, origin.url);
        return writes;
      });
      const now = await made(taskId);
      if (now === null) throw new Error(`task ${taskId} was created and is not there`);
      return now;
    },
  };
}

function titleOf({ title, number }: IssueDetail): string {
  return isVisible(title) ? cutText(shown(title), TITLE_LENGTH) : `Issue #${number}`;
}

/** What the person wrote comes whole; the issue has the room that is left. */
function descriptionOf({ provider }: TaskOrigin, issue: IssueDetail, description: string): string {
  const own = description.trim();
  const most = MAX_DESCRIPTION - own.length - BETWEEN.length;
  return [own, issueText(issue, { place: FORGES[provider].title, most })].filter((part) => part !== '').join(BETWEEN);
}
