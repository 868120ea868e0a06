import type { Answer } from '../messages/answer.ts';
import type { Conversation, ToolDefinition, ToolResult } from '../messages/conversation.ts';
import { findOpening, findStory, scopeOf } from './opening.ts';
import { chooseScript } from './scripts.ts';
import type { CallWithoutId, Step, StepContext } from './step.ts';

const DEFAULT_TRIES = 2;

/** The next answer of the scripted model; a pure function of the conversation. */
export function decide(conversation: Conversation): Answer {
  // Claude Code also asks for small things (a session's title) without offering tools.
  if (!conversation.tools.has('Bash')) return { text: 'Scripted demo model', calls: [] };
  const opening = findOpening(conversation.prompts);
  const scope = scopeOf(conversation.prompts);
  const script = chooseScript(opening, findStory(conversation.prompts));
  const done = (step: Step) => triesOf(conversation, scope, step);
  const resultOf = (id: string) => {
    const step = script.steps.find((candidate) => candidate.id === id);
    return step === undefined ? null : (done(step).success?.text ?? null);
  };
  for (const step of script.steps) {
    const { success, failures } = done(step);
    if (success !== null || failures.length >= (step.tries ?? DEFAULT_TRIES)) continue;
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

/** A step's tries in order: the last call of a try decides, so a Read placed before an Edit does not count as one. */
function triesOf(conversation: Conversation, scope: string, step: Step) {
  const failures: ToolResult[] = [];
  for (let attempt = 0; ; attempt += 1) {
    const results: ToolResult[] = [];
    for (let index = 0; ; index += 1) {
      const result = conversation.results.get(callId(scope, step.id, attempt, index));
      if (result === undefined) break;
      results.push(result);
    }
    if (results.length === 0) return { success: null, failures };
    const failed = results.find((result) => result.isError);
    if (failed === undefined) return { success: results.at(-1) ?? null, failures };
    failures.push(failed);
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
