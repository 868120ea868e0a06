import type { ToolCall } from '../messages/answer.ts';
import type { ToolResult } from '../messages/conversation.ts';

/** What a step may look at: results of earlier steps of the same scope and the prompt that opened it. */
export interface StepContext {
  readonly opening: Opening;
  /** Text of the successful result of the step with this id, or null. */
  resultOf(stepId: string): string | null;
  /** Results of the earlier tries of this step, oldest first; all of them errors. */
  readonly failures: readonly ToolResult[];
}

export type CallWithoutId = Omit<ToolCall, 'id'>;

/**
 * One thing the model does: says something and calls tools. It counts as done when each of its calls has a result
 * that is not an error; which step comes next is therefore read off the conversation.
 */
export interface Step {
  readonly id: string;
  readonly say?: (context: StepContext) => string;
  readonly calls: (context: StepContext) => readonly CallWithoutId[];
  /**
   * Reads the outcome from what was said since: the answer to a question whose call was cut short comes as a message.
   * Null when the remark is about something else.
   */
  readonly answeredBy?: (remark: string) => string | null;
  /** Tries before it is passed over; people's answers are worth waiting for, edits are not worth looping over. */
  readonly tries?: number;
}

export interface Script {
  readonly steps: readonly Step[];
  /** Said when every step is done; ends the turn. */
  readonly closing: (context: StepContext) => string;
}

/** Where in the task the conversation stands, from its phase openings. */
export interface Story {
  /** The newest phase that was opened; null when a person just wrote something. */
  readonly phase: string | null;
  readonly isSample: boolean;
  /** Times changes were requested since that phase was opened, the current one included. */
  readonly reworks: number;
}

export type Opening =
  | {
      readonly kind: 'phase';
      readonly phase: string;
      readonly round: number;
      readonly title: string;
      readonly text: string;
    }
  | { readonly kind: 'feedback'; readonly round: number; readonly text: string }
  | { readonly kind: 'free'; readonly text: string };

export function mcp(tool: string, input: Record<string, unknown>): CallWithoutId {
  return { name: `mcp__codex__${tool}`, input };
}

/** Replaces a whole file; Claude Code wants one that exists to be read first, also after a resume. */
export function rewrite(path: string, content: (context: StepContext) => string) {
  return (context: StepContext): CallWithoutId[] => [
    ...(context.failures.length > 0 ? [{ name: 'Read', input: { file_path: path } }] : []),
    { name: 'Write', input: { file_path: path, content: content(context) } },
  ];
}

export function bash(command: string, description: string): CallWithoutId {
  return { name: 'Bash', input: { command, description } };
}

/** A step that is passed over where its condition does not hold. */
export function onlyWhere(holds: (context: StepContext) => boolean, step: Step): Step {
  return { ...step, calls: (context) => (holds(context) ? step.calls(context) : []) };
}
