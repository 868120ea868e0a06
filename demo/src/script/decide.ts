import type { Answer } from '../messages/answer.ts';
import type { Conversation, ToolDefinition, ToolResult } from '../messages/conversation.ts';
import { handOverScript } from './hand-over.ts';
import { asksForHandOver, findOpening, findStory, remarks, scopeOf } from './opening.ts';
import { chooseScript } from './scripts.ts';
import type { CallWithoutId, Opening, Script, Step, StepContext } from './step.ts';

const DEFAULT_TRIES = 2;

/** The next answer of the scripted model; a pure function of the conversation. */
export function decide(conversation: Conversation): Answer {
  // Claude Code also asks for small things (a session's title) without offering tools.
  if (!conversation.tools.has('Bash')) return { text: 'Scripted demo model', calls: [] };
  const { prompts } = conversation;
  const opening = findOpening(prompts);
  const story = findStory(prompts);
  const scope = scopeOf(prompts);
  const script = chooseScript(opening, story);
  const next = nextStep(conversation, scope, script, opening);
  if (next.calls.length > 0 || !asksForHandOver(prompts)) return next;
  return nextStep(conversation, `${scope}h${prompts.length}`, handOverScript(story), opening);
}

function nextStep(conversation: Conversation, scope: string, script: Script, opening: Opening): Answer {
  const outcomes = new Map(script.steps.map((step) => [step.id, outcomeOf(conversation, scope, step)]));
  const resultOf = (id: string) => outcomes.get(id)?.result ?? null;
  for (const step of script.steps) {
    const { result, failures, waits } = outcomes.get(step.id) ?? NOTHING_YET;
    if (result !== null || failures.length >= (step.tries ?? DEFAULT_TRIES)) continue;
    if (waits) return { text: 'Nobody has answered yet. I go on when a message with the answer comes.', calls: [] };
    const context: StepContext = { opening, resultOf, failures };
    const calls = step.calls(context).filter((call) => conversation.tools.has(call.name));
    if (calls.length === 0) continue;
    return {
      text: step.say?.(context) ?? '',
      calls: calls.map((call, index) => ({
        id: callId(scope, step.id, failures.length, index),
        name: call.name,
        input: fitToSchema(call, conversation.tools.get(call.name)),
      })),
    };
  }
  return { text: script.closing({ opening, resultOf, failures: [] }), calls: [] };
}

function callId(scope: string, step: string, attempt: number, index: number): string {
  return `toolu_demo_${scope}_${step}_${attempt}_${index}`;
}

interface Outcome {
  readonly result: string | null;
  readonly failures: readonly ToolResult[];
  /** A person was asked and the tool gave up waiting: the answer will come as a message. */
  readonly waits: boolean;
}

const NOTHING_YET: Outcome = { result: null, failures: [], waits: false };
const GAVE_UP_WAITING = /^Nobody has /;

/** A step is done when all calls of one try succeeded, or when a person's remark says how it ended. */
function outcomeOf(conversation: Conversation, scope: string, step: Step): Outcome {
  const { prompts } = conversation;
  const said = remarks(prompts).map((remark) => step.answeredBy?.(remark) ?? null);
  const answer = said.findLast((text) => text !== null) ?? null;
  const failures: ToolResult[] = [];
  for (let attempt = 0; ; attempt += 1) {
    const results = resultsOf(conversation, scope, step, attempt);
    const failed = results.find((result) => result.isError || GAVE_UP_WAITING.test(result.text));
    if (failed === undefined) return { result: results.at(-1)?.text ?? answer, failures, waits: false };
    if (answer !== null) return { result: answer, failures, waits: false };
    if (!failed.isError && failed.promptsBefore === prompts.length) return { result: null, failures, waits: true };
    failures.push(failed);
  }
}

function resultsOf(conversation: Conversation, scope: string, step: Step, attempt: number): ToolResult[] {
  const results: ToolResult[] = [];
  for (let index = 0; ; index += 1) {
    const result = conversation.results.get(callId(scope, step.id, attempt, index));
    if (result === undefined) return results;
    results.push(result);
  }
}

/** Leaves out what the tool's schema does not know, and gives options in the shape the schema asks for. */
function fitToSchema(call: CallWithoutId, tool: ToolDefinition | undefined): Record<string, unknown> {
  const properties = tool?.input_schema?.properties;
  if (properties === undefined) return call.input;
  const known = Object.entries(call.input).filter(([key]) => key in properties);
  return Object.fromEntries(
    known.map(([key, value]) => [key, key === 'options' ? fitOptions(value, properties[key]) : value]),
  );
}

function fitOptions(options: unknown, schema: unknown): unknown {
  const wantsText = JSON.stringify(schema).includes('"items":{"type":"string"');
  if (!wantsText || !Array.isArray(options)) return options;
  return options.map((option: { label?: string }) => option.label ?? option);
}
