import type { EventData } from '@claude-codex/contracts/events';
import type { AutomaticRound } from '@claude-codex/contracts/pull-request/follow-through';
import type { Priority, ReopenReason } from '@claude-codex/contracts/task/events';

export type TaskCommand =
  | ({ type: 'CreateTask' } & EventData<'TaskCreated'>)
  | { type: 'DescribeTask'; title: string; description: string }
  | { type: 'PrioritiseTask'; priority: Priority }
  | { type: 'LabelTask'; labels: string[] }
  /** A person wants it done now. */
  | { type: 'ExecuteTask' }
  /** The first agent of the task is running. */
  | { type: 'MarkTaskStarted' }
  | { type: 'StartAttempt'; phase: string; instanceId: string }
  /** The agent's work was collected; refused with reasons when evidence is missing (T7). */
  | ({ type: 'CompleteAttempt'; missingDeliverables: string[]; objections?: string[] } & EventData<'AttemptCompleted'>)
  /** A person answered an agent of the task. */
  | ({ type: 'NoteAnswer'; instanceId: string } & Pick<EventData<'AttemptAnswered'>, 'to' | 'id'>)
  | { type: 'ApprovePhase'; phase: string; instanceId: string; reviewId: string | null }
  | { type: 'RequestRework'; phase: string; reviewId: string }
  /** A person lets the agent go on after the rounds of the workflow were used up. */
  | { type: 'GrantRounds'; rounds: number; instanceId?: string | undefined }
  /** A person keeps the work of one attempt that was handed over; the others are set aside. */
  | { type: 'ChooseAttempt'; instanceId: string }
  /** Its agent ended, or its work was rejected. */
  | { type: 'GiveUpAttempt'; instanceId: string; code: string; detail: string }
  /** Work that every gate approved goes back to the agent of the last phase. `automatic`: nobody sent it. */
  | {
      type: 'ReopenPhase';
      reason: ReopenReason;
      detail: string;
      conflicts: string[];
      automatic?: AutomaticRound | null;
    }
  /** It waits for something that is not its own doing; says nothing about a task that nobody works on. */
  | ({ type: 'HoldTaskBack' } & EventData<'TaskHeldBack'>)
  | { type: 'PauseTask' }
  | { type: 'ResumeTask' }
  | { type: 'CancelTask'; reason: string }
  /** Its pull request, by whose closing it may have been cancelled, was opened again at its forge. */
  | { type: 'TakeUpTask' }
  | { type: 'RetryTask' }
  | { type: 'CompleteTask'; pullRequestId: string | null }
  | { type: 'DeleteTask' };
