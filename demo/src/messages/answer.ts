import { createHash } from 'node:crypto';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** One answer of the model: some words, then any number of tool calls. Without calls the turn ends. */
export interface Answer {
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
}

/** About four characters a token, as in English text; everything but the newest message counts as read from the cache. */
export function usageOf(size: { total: number; last: number }, answer: Answer): Usage {
  const tokens = (characters: number) => Math.ceil(characters / 4);
  return {
    input_tokens: 4,
    cache_creation_input_tokens: tokens(size.last),
    cache_read_input_tokens: tokens(Math.max(0, size.total - size.last)),
    output_tokens: tokens(answer.text.length + JSON.stringify(answer.calls).length),
  };
}

/** The whole answer as one JSON body, for `stream: false`. */
export function messageBody(model: string, answer: Answer, usage: Usage): Record<string, unknown> {
  return {
    id: messageId(answer),
    type: 'message',
    role: 'assistant',
    model,
    content: [
      ...(answer.text === '' ? [] : [{ type: 'text', text: answer.text }]),
      ...answer.calls.map((call) => ({ type: 'tool_use', ...call })),
    ],
    stop_reason: answer.calls.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage,
  };
}

export interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The same answer as the events of a stream, `message_start` to `message_stop`. */
export function* streamEvents(model: string, answer: Answer, usage: Usage): Generator<StreamEvent> {
  const { output_tokens, ...input } = usage;
  const message = { ...messageBody(model, { text: '', calls: [] }, usage), id: messageId(answer), stop_reason: null };
  yield { type: 'message_start', message: { ...message, usage: { ...input, output_tokens: 1 } } };
  let index = 0;
  if (answer.text !== '') {
    yield { type: 'content_block_start', index, content_block: { type: 'text', text: '' } };
    for (const text of pieces(answer.text)) {
      yield { type: 'content_block_delta', index, delta: { type: 'text_delta', text } };
    }
    yield { type: 'content_block_stop', index };
    index += 1;
  }
  for (const call of answer.calls) {
    yield {
      type: 'content_block_start',
      index,
      content_block: { type: 'tool_use', id: call.id, name: call.name, input: {} },
    };
    yield {
      type: 'content_block_delta',
      index,
      delta: { type: 'input_json_delta', partial_json: JSON.stringify(call.input) },
    };
    yield { type: 'content_block_stop', index };
    index += 1;
  }
  const stopReason = answer.calls.length > 0 ? 'tool_use' : 'end_turn';
  yield { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens } };
  yield { type: 'message_stop' };
}

function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,60}/g) ?? [];
}

function messageId(answer: Answer): string {
  const hash = createHash('sha256').update(JSON.stringify(answer)).digest('hex');
  return `msg_demo_${hash.slice(0, 20)}`;
}
