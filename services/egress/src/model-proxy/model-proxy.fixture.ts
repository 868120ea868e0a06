import { waitFor } from '@claude-codex/testing/wait-for';
import { afterEach, beforeEach } from 'vitest';
import { type Egress, startEgress } from '../egress.fixture.ts';

/** Of the test that runs: an egress service with one door, which waits so briefly that a test need not. */
export let egress: Egress;
export let socketPath: string;
export let instanceId: string;

/** Gives every test of a file its own. */
export function useModelProxy(): void {
  beforeEach(async () => {
    egress = await startEgress({
      firstByteMs: 300,
      wholeAnswerMs: 600,
      streamIdleMs: 600,
      modelRequestBytes: 10_000,
      modelCallsPerDoor: 3,
      retryFirstMs: 20,
      retryLongestMs: 40,
      retryPersonMs: 40,
      holdWholeMs: 200,
      pingMs: 50,
      lastWordsMs: 500,
    });
    ({ socketPath, instanceId } = await egress.open());
  });

  afterEach(() => egress.stop());
}

/** What a provider streams, and what an agent asks. */
export const START =
  'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-sonnet-4-5-20250929","usage":' +
  '{"input_tokens":1000,"cache_read_input_tokens":2000,"cache_creation_input_tokens":400,"output_tokens":1}}}\n\n';
export const DELTA =
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"grün \\"message_delta\\""}}\n\n';
export const END = 'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":500}}\n\n';
export const BODY = JSON.stringify({ model: 'claude-sonnet-4-5', stream: true, messages: [] });
export const WHOLE = JSON.stringify({ model: 'claude-sonnet-4-5', messages: [] });
export const SSE = { 'content-type': 'text/event-stream', 'set-cookie': 'a=b', 'request-id': 'req_1' };

/** The calls that are in the books, once there are so many. */
export async function settled(count = 1) {
  return waitFor('the call to be settled', async () => {
    const events = (await egress.usageEvents(instanceId)).filter((event) => event.type === 'ModelCallSettled');
    return events.length >= count ? events : null;
  });
}
