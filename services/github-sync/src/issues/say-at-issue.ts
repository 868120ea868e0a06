import { streamOf } from '@claude-codex/contracts';
import { isEnded, repositoryDecider, taskDecider } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import type { SayParts } from '../desk/say-how-it-goes.ts';
import type { IssueTask } from '../followed/issue-tasks.ts';
import { noteOfTask } from './note-of-task.ts';

export interface SayAtIssueParts extends SayParts {
  /** The newest task from an issue. */
  newestOf(issue: string): (IssueTask & { readonly taskId: string }) | null;
  /** Ids of what it waits to have answered. */
  questionsOf(taskId: string): readonly string[];
}

/** What ended longer ago was told then, or is nobody's news any more: as after an upgrade that read the whole log. */
const NEWS_MS = 24 * 60 * 60_000;

/** Says at an issue how the newest task from it stands. Throws `ForgeAway`, and what the forge says no with. */
export async function sayAtIssue(parts: SayAtIssueParts, issue: string, now: number): Promise<void> {
  const { store, forge, publicUrl } = parts;
  const found = parts.newestOf(issue);
  if (found === null) return;
  const { taskId, repositoryId } = found;
  const repository = await loadState(store, streamOf('repository', repositoryId), repositoryDecider);
  if (repository.status !== 'connected' || !repository.issues.comment) return;
  const { source } = repository;
  if (source.kind !== 'forge') return;
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  if (isEnded(task) && now - Date.parse(found.changedAt) > NEWS_MS) return;
  const of = { taskId, pullRequestId: found.pullRequestId, questionIds: parts.questionsOf(taskId) };
  const takesCommands = repository.issues.commands !== 'nobody';
  const note = await noteOfTask({ store, publicUrl }, of, { takesCommands });
  if (note !== null) await forge.say({ source, number: found.issue }, note);
}
