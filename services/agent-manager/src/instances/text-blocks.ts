import {
  DependencyType,
  dependencyNameProblem,
  type JournalEntry,
  QuestionCategory,
  streamOf,
} from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { type Assignment, dependencyDecider, questionDecider, TOO_MANY_ASKS } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { idFrom } from '@claude-codex/service-kit/ids';
import { rememberedValue } from '@claude-codex/service-kit/secrets/remembered-value';
import { z } from 'zod';
import { TEXT_COMMAND, type WorldInstance } from '../world/world.ts';
import { commandInstance, metaOf } from './commands.ts';
import type { CatchingUp, Deciding, Recording } from './ports.ts';

/** To do what an agent asks for by text. */
export type ActingOnText = Deciding & CatchingUp & { readonly bus: Bus };

type TextBlock = Extract<JournalEntry, { type: 'text_block' }>;

const Dependency = z.object({
  type: DependencyType.catch('env_variable'),
  name: z.string(),
  description: z.string().default(''),
  required: z.boolean().default(true),
});
const Question = z.object({
  category: QuestionCategory.catch('clarification'),
  question: z.string(),
  options: z.array(z.object({ label: z.string(), description: z.string().default('') })).default([]),
});
const Problem = z.object({ type: z.string().default('error'), message: z.string() });
const Completion = z.object({ phase: z.string() });
const BODIES = { DEPENDENCY_REQUEST: Dependency, USER_QUESTION: Question, ERROR: Problem, PHASE_COMPLETE: Completion };

/**
 * Does what a block of the text protocol asks for (T9): the same commands the tools run. Everything is named after the
 * block's id, so a block that is read again acts no second time. A malformed one becomes a visible warning.
 */
export async function actOnTextBlock(parts: ActingOnText, instance: WorldInstance, block: TextBlock): Promise<void> {
  const commandId = `${TEXT_COMMAND}${idFrom('text-block', instance.id, block.blockId)}`;
  const actor = { kind: 'instance' as const, id: instance.id };
  const warn = (problem: string) =>
    commandInstance(parts, instance, { type: 'RaiseWarning', block: block.block, problem }, { commandId });
  const read = block.value === null ? null : BODIES[block.block].safeParse(block.value);
  if (read === null || !read.success) {
    await warn(block.problem ?? 'the block could not be read');
    return;
  }
  const id = idFrom('text-block', instance.id, block.blockId);
  const about = { taskId: instance.state.taskId, instanceId: instance.id };
  const meta = metaOf(instance, actor);
  switch (block.block) {
    case 'DEPENDENCY_REQUEST': {
      const { type: dependencyType, ...wanted } = Dependency.parse(block.value);
      const problem = dependencyNameProblem(wanted.name);
      if (problem !== null) {
        await refuseName(parts, instance, wanted.name, `${cutText(wanted.name, 120)} ${problem}.`);
        await warn(`${cutText(wanted.name, 120)} ${problem}`);
        return;
      }
      const stream = streamOf('dependency', id);
      if (!(await mayAsk(parts, instance, stream))) return;
      const remembered = hasAsked(parts, instance, wanted.name)
        ? null
        : await rememberedValue(parts.bus, { instanceId: instance.id, name: wanted.name });
      const command = { type: 'RequestDependency' as const, ...about, dependencyType, ...wanted, remembered };
      await handleCommand(parts.store, { commandId, meta, stream, decider: dependencyDecider, command });
      return;
    }
    case 'USER_QUESTION': {
      const stream = streamOf('question', id);
      if (!(await mayAsk(parts, instance, stream))) return;
      const asked = Question.parse(block.value);
      const command = {
        type: 'AskQuestion' as const,
        ...about,
        ...asked,
        multi: false,
        defaultAnswer: null,
        timeoutSeconds: null,
      };
      await handleCommand(parts.store, { commandId, meta, stream, decider: questionDecider, command });
      return;
    }
    case 'ERROR': {
      const { type: errorType, message } = Problem.parse(block.value);
      await commandInstance(parts, instance, { type: 'ReportError', errorType, message }, { commandId, actor });
      return;
    }
    case 'PHASE_COMPLETE': {
      const named = Completion.parse(block.value).phase;
      const open = parts.world.openPhase(instance);
      if (open === null || !isMeant(named, open, parts, instance)) {
        await warn(`the phase ${named} is not under way`);
        return;
      }
      const { name, deliverables } = open.definition;
      const command = {
        type: 'SubmitPhase' as const,
        phase: name,
        round: open.round,
        summary: '',
        deliverables,
        via: 'text' as const,
        proposal: null,
      };
      await commandInstance(parts, instance, command, { commandId, actor });
    }
  }
}

/**
 * Whether it asked for this before: what the server remembers did not help it then, and answering by itself again could go
 * on for ever, a model call each time. A person looks.
 */
function hasAsked({ world }: Pick<Deciding, 'world'>, instance: WorldInstance, name: string): boolean {
  return world
    .dependenciesFor(instance)
    .some(({ state: { requested } }) => requested.instanceId === instance.id && requested.name === name);
}

/**
 * The bound that holds for the tools too. The agent is told once for what is open, and so are people: more words would be
 * another way to flood them, and another model call each.
 */
async function mayAsk(parts: Deciding & CatchingUp, instance: WorldInstance, stream: string): Promise<boolean> {
  const { asks } = parts.world;
  await parts.followed.caughtUp();
  if (asks.mayAsk(instance.id, stream)) return true;
  const { what, remedy } = TOO_MANY_ASKS;
  const messageId = idFrom('too-many-asks', instance.id, ...[...asks.of(instance.id)].sort());
  const warning = { type: 'RaiseWarning' as const, block: 'TOO_MANY_REQUESTS', problem: `${what}; it was told so` };
  await commandInstance(parts, instance, warning, { commandId: `warn:${messageId}` });
  const text = `${what}, so what you asked last did not reach anybody. ${remedy}`;
  const message = { type: 'SendMessage' as const, messageId, text, interrupt: false };
  await commandInstance(parts, instance, message, { commandId: `send:${messageId}` });
  return false;
}

/** No tool call waits that could be refused, so the agent is told by a message what to ask for instead: once for a name. */
async function refuseName(parts: Recording, instance: WorldInstance, name: string, text: string): Promise<void> {
  const messageId = idFrom('dependency-refused', instance.id, name);
  const command = { type: 'SendMessage' as const, messageId, text, interrupt: false };
  await commandInstance(parts, instance, command, { commandId: `send:${messageId}` });
}

/** A phase is named by its name or by its number in the workflow. */
function isMeant(
  named: string,
  open: Assignment,
  { world }: Pick<Deciding, 'world'>,
  instance: WorldInstance,
): boolean {
  if (named.toLowerCase() === open.definition.name) return true;
  const phases = world.tasks.get(instance.state.taskId)?.phases ?? [];
  return phases[Number(named) - 1]?.definition.name === open.definition.name;
}
