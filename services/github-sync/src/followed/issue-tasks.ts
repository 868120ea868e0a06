import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import type { RemoteForge as RemoteForgeName } from '@claude-codex/contracts/forge';

/** A task that was made from an issue at our forge. */
export interface IssueTask {
  readonly repositoryId: string;
  /** Of the issue, at the source of its repository: that never changes, and a task is made from issues of it alone. */
  readonly issue: number;
  /** The newest one of its work. */
  readonly pullRequestId: string | null;
  /** When the last thing happened to it; ISO 8601. */
  readonly changedAt: string;
}

export interface KeptIssueTasks {
  readonly tasks: ReadonlyMap<string, IssueTask>;
  /** Questions that wait for an answer, with whose task they are: of any task. */
  readonly questions: ReadonlyMap<string, string>;
}

/** Tasks that were made from issues and what they ask, by the log. */
export class IssueTasks {
  readonly #provider: RemoteForgeName;
  readonly #tasks: Map<string, IssueTask>;
  readonly #questions: Map<string, string>;
  /** The newest task of each issue, and whose pull requests are which task's. */
  readonly #newest = new Map<string, string>();
  readonly #taskOf = new Map<string, string>();

  constructor(provider: RemoteForgeName, { tasks, questions }: KeptIssueTasks) {
    this.#provider = provider;
    this.#tasks = new Map(tasks);
    this.#questions = new Map(questions);
    for (const [taskId, { pullRequestId }] of this.#tasks) {
      this.#newest.set(this.issueOf(taskId) ?? '', taskId);
      if (pullRequestId !== null) this.#taskOf.set(pullRequestId, taskId);
    }
  }

  kept(): KeptIssueTasks {
    return { tasks: this.#tasks, questions: this.#questions };
  }

  /** Issues to whose tasks something happened since then (ISO 8601). */
  changedSince(since: string): string[] {
    const changed = [...this.#newest].filter(([, taskId]) => (this.#tasks.get(taskId)?.changedAt ?? '') >= since);
    return changed.map(([issue]) => issue);
  }

  /** The newest task from an issue; null when there is none any more. */
  newestOf(issue: string): (IssueTask & { readonly taskId: string }) | null {
    const taskId = this.#newest.get(issue);
    const task = taskId === undefined ? undefined : this.#tasks.get(taskId);
    return taskId === undefined || task === undefined ? null : { taskId, ...task };
  }

  /** The newest pull request of the work of a task from an issue. */
  offeredOf(taskId: string): string | null {
    return this.#tasks.get(taskId)?.pullRequestId ?? null;
  }

  /** Ids of what a task waits to have answered, oldest first. */
  questionsOf(taskId: string): string[] {
    return [...this.#questions].flatMap(([id, of]) => (of === taskId ? [id] : []));
  }

  /** Takes one more event; gives the issue whose task it is about. */
  apply(event: RecordedDomainEvent): string | null {
    const taskId = this.#taken(event);
    const task = taskId === null ? undefined : this.#tasks.get(taskId);
    if (taskId === null || task === undefined) return null;
    this.#tasks.set(taskId, { ...task, changedAt: event.at });
    return this.issueOf(taskId);
  }

  issueOf(taskId: string): string | null {
    const task = this.#tasks.get(taskId);
    return task === undefined ? null : issueKey(task.repositoryId, task.issue);
  }

  /** @returns the task it is about */
  #taken(event: RecordedDomainEvent): string | null {
    const id = idOf(event.stream);
    switch (event.type) {
      case 'TaskCreated':
        this.#begin(id, event);
        return id;
      case 'QuestionAsked':
        this.#questions.set(id, event.data.taskId);
        return event.data.taskId;
      case 'QuestionAnswered':
      case 'QuestionWithdrawn': {
        const taskId = this.#questions.get(id) ?? null;
        this.#questions.delete(id);
        return taskId;
      }
      case 'PullRequestOpened': {
        const { taskId } = event.data;
        const task = this.#tasks.get(taskId);
        if (task === undefined) return null;
        this.#tasks.set(taskId, { ...task, pullRequestId: id });
        this.#taskOf.set(id, taskId);
        return taskId;
      }
      default:
        return event.stream.startsWith('task-') ? id : (this.#taskOf.get(id) ?? null);
    }
  }

  #begin(taskId: string, { data, at }: Extract<RecordedDomainEvent, { type: 'TaskCreated' }>): void {
    const { origin, repositoryId } = data;
    if (origin?.provider !== this.#provider) return;
    const { number: issue } = origin;
    this.#tasks.set(taskId, { repositoryId, issue, pullRequestId: null, changedAt: at });
    this.#newest.set(issueKey(repositoryId, issue), taskId);
  }
}

/** Names an issue by the repository its tasks are for. */
export function issueKey(repositoryId: string, issue: number): string {
  return `${repositoryId}#${issue}`;
}
