import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { TokenUsage } from '../ports.ts';

/** Reads an answer as it passes and remembers what was used. It never changes or delays a byte. */
export interface UsageMeter {
  push(chunk: Buffer): void;
  /** Whether anything was said of what the call costs. */
  knows(): boolean;
  /** What is known so far; after a cut stream that is what the provider had said until then. */
  read(): { model: string | null; usage: TokenUsage };
}

const count = z.number().int().nonnegative().nullish();
const Usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
  cache_creation: z.object({ ephemeral_1h_input_tokens: count }).nullish(),
});
const Message = z.object({ model: z.string().nullish(), usage: Usage.nullish() });
const StreamEvent = z.object({ message: Message.nullish(), usage: Usage.nullish() });
const words = z.string().nullish();
const Delta = z.object({ delta: z.object({ text: words, thinking: words, partial_json: words }) });

/** Longest line or body that is looked at; the two events that carry usage are far shorter. */
const MAX_PARSED = 8 * 1024 * 1024;
const CARRIES_USAGE = /^data: *\{.*"(?:message_start|message_delta)"/;
const CARRIES_WORDS = /^data: *\{.*"content_block_delta"/;
/** The provider counts the output at the end of a stream. Of one that is cut short it is taken from its length. */
const CHARACTERS_PER_TOKEN = 4;

/** A meter for what this content type says it is; null when there is nothing to count in it. */
export function meterFor(contentType: string | undefined): UsageMeter | null {
  if (contentType?.startsWith('text/event-stream')) return streamMeter();
  return contentType?.startsWith('application/json') ? bodyMeter() : null;
}

function streamMeter(): UsageMeter {
  const tally = new Tally();
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let characters = 0;
  function line(text: string): void {
    if (CARRIES_WORDS.test(text)) {
      const { data } = Delta.safeParse(parsed(text.slice(text.indexOf('{'))));
      const { text: said, thinking, partial_json: input } = data?.delta ?? {};
      characters += (said ?? thinking ?? input ?? '').length;
    }
    if (!CARRIES_USAGE.test(text)) return;
    const event = StreamEvent.safeParse(parsed(text.slice(text.indexOf('{'))));
    if (event.success) {
      tally.note(event.data.message);
      tally.note({ usage: event.data.usage });
    }
  }
  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_PARSED) rest = '';
      for (const text of lines) line(text);
    },
    knows: () => tally.noted > 0,
    read() {
      const { model, usage } = tally.read();
      const sent = Math.ceil(characters / CHARACTERS_PER_TOKEN);
      // One note is the beginning; with the second the provider has counted.
      return tally.noted > 1
        ? { model, usage }
        : { model, usage: { ...usage, outputTokens: Math.max(usage.outputTokens, sent) } };
    },
  };
}

function bodyMeter(): UsageMeter {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    // Only its end says it.
    knows: () => false,
    push(chunk) {
      bytes += chunk.length;
      if (bytes <= MAX_PARSED) chunks.push(chunk);
    },
    read() {
      const tally = new Tally();
      const message = Message.safeParse(parsed(Buffer.concat(chunks).toString('utf8')));
      if (message.success) tally.note(message.data);
      return tally.read();
    },
  };
}

/** Later figures replace earlier ones: a stream's output count is cumulative. */
class Tally {
  /** How often usage was said. */
  noted = 0;
  #model: string | null = null;
  readonly #usage: TokenUsage = {
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWriteLongTokens: 0,
  };

  note(message: z.infer<typeof Message> | null | undefined): void {
    this.#model = message?.model ?? this.#model;
    const seen = message?.usage;
    if (seen === null || seen === undefined) return;
    this.noted += 1;
    const usage = this.#usage;
    usage.inputTokens = seen.input_tokens ?? usage.inputTokens;
    usage.outputTokens = seen.output_tokens ?? usage.outputTokens;
    usage.cacheReadTokens = seen.cache_read_input_tokens ?? usage.cacheReadTokens;
    usage.cacheWriteTokens = seen.cache_creation_input_tokens ?? usage.cacheWriteTokens;
    usage.cacheWriteLongTokens = seen.cache_creation?.ephemeral_1h_input_tokens ?? usage.cacheWriteLongTokens;
  }

  read(): { model: string | null; usage: TokenUsage } {
    return { model: this.#model, usage: { ...this.#usage } };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours to judge: the bytes went to the agent as they came, only the count is missing.
    return null;
  }
}
