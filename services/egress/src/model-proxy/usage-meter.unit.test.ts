import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meterFor } from './usage-meter.ts';

const STREAM = [
  'event: message_start',
  'data: {"type":"message_start","message":{"model":"claude-opus-5-5","usage":{"input_tokens":7,"cache_creation_input_tokens":5,"cache_creation":{"ephemeral_1h_input_tokens":4},"cache_read_input_tokens":3,"output_tokens":1}}}',
  '',
  'event: content_block_delta',
  'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"data: {\\"type\\":\\"message_delta\\",\\"usage\\":{\\"output_tokens\\":999}} ✓"}}',
  '',
  'event: message_delta',
  'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":42}}',
  '',
  '',
].join('\n');

describe('the usage of an answer', () => {
  it('is the same however the stream is cut into pieces', () => {
    const bytes = Buffer.from(STREAM);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
        const meter = meterFor('text/event-stream; charset=utf-8');
        let from = 0;
        for (const to of [...cuts.sort((a, b) => a - b), bytes.length]) {
          meter?.push(bytes.subarray(from, to));
          from = to;
        }
        expect(meter?.read()).toEqual({
          model: 'claude-opus-5-5',
          usage: { inputTokens: 7, outputTokens: 42, cacheReadTokens: 3, cacheWriteTokens: 5, cacheWriteLongTokens: 4 },
        });
      }),
    );
  });

  it('of a stream that was cut is what it had said, and the length of what it had sent', () => {
    const meter = meterFor('text/event-stream');
    meter?.push(Buffer.from(STREAM.slice(0, STREAM.indexOf('event: content_block_delta'))));
    expect(meter?.read().usage).toMatchObject({ inputTokens: 7, outputTokens: 1 });
    for (const delta of [{ text: 'a'.repeat(40) }, { thinking: 'b'.repeat(40) }, { partial_json: 'c'.repeat(40) }])
      meter?.push(Buffer.from(`data: ${JSON.stringify({ type: 'content_block_delta', delta })}\n\n`));
    expect(meter?.read().usage).toMatchObject({ inputTokens: 7, outputTokens: 30 });
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('text/event-stream', 'application/json'),
        fc.array(fc.uint8Array()),
        (type, chunks) => {
          const meter = meterFor(type);
          for (const chunk of chunks) meter?.push(Buffer.from(chunk));
          expect(meter?.read().usage.outputTokens).toBe(0);
        },
      ),
    );
  });

  it('ignores what is no count', () => {
    const meter = meterFor('application/json');
    meter?.push(Buffer.from('{"model":"m","usage":{"input_tokens":-1,"output_tokens":1.5}}'));
    expect(meter?.read()).toMatchObject({ model: null, usage: { inputTokens: 0, outputTokens: 0 } });
  });

  it('is not looked for in anything else', () => {
    expect(meterFor('text/html')).toBeNull();
    expect(meterFor(undefined)).toBeNull();
  });
});
