import type { CommandFromForge, TaskEvent } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { questionDecider } from '@claude-codex/domain/question/decide';
import type { TaskCommand } from '@claude-codex/domain/task/commands';
import { taskDecider } from '@claude-codex/domain/task/decide';
import type { TaskState } from '@claude-codex/domain/task/state';
import type { Load, StreamWrite } from '@claude-codex/eventing';
import { answerOf } from './answer-of.ts';
import { type Acting, NotAllowed } from './who-acts.ts';

/** What is done with a task that is there; a command that makes one is none of these. */
export type OnTask = CommandFromForge & {
  readonly taskId: string;
  readonly verb: Exclude<CommandFromForge['verb'], 'start'>;
};

export function isOnTask(command: CommandFromForge): command is OnTask {
  return command.taskId !== null && command.verb !== 'start';
}

/** The events of it. Throws what the task refuses, and `NotAllowed`. */
export async function decideOnTask(load: Load, command: OnTask, { personId }: Acting): Promise<StreamWrite[]> {
  const { taskId, repositoryId, login } = command;
  const stream = streamOf('task', taskId);
  const { state } = await load<TaskState, TaskEvent>(stream, taskDecider);
  // A comment is about work on its own repository, whatever its task is said to be.
  if (state.status === 'none' || state.repositoryId !== repositoryId)
    throw new NotAllowed('There is no such task here.');
  if (command.verb === 'answer') return answer(load, command, personId);
  const wanted: TaskCommand = {
    stop: { type: 'CancelTask' as const, reason: `${login} said so in a comment.` },
    pause: { type: 'PauseTask' as const },
    resume: { type: 'ResumeTask' as const },
    retry: { type: 'RetryTask' as const },
  }[command.verb];
  return [{ stream, events: taskDecider.decide(wanted, state) }];
}

async function answer(
  load: Load,
  { taskId, questionIds, text }: OnTask,
  personId: string | null,
): Promise<StreamWrite[]> {
  const [questionId, another] = questionIds;
  if (questionId === undefined) throw new NotAllowed('The task asks nothing now.');
  if (another !== undefined) throw new NotAllowed('The task asks more than one thing. Answer on its page.');
  const stream = streamOf('question', questionId);
  const { state } = await load(stream, questionDecider);
  if (state.status === 'none' || state.asked.taskId !== taskId) throw new NotAllowed('The task asks nothing now.');
  if (state.asked.category === 'permission' && personId === null)
    throw new NotAllowed('What an agent may do here is answered by members. An owner says in Settings who you are.');
  const command = { type: 'AnswerQuestion' as const, answer: answerOf(state.asked, text), by: 'person' as const };
  return [{ stream, events: questionDecider.decide(command, state) }];
}
