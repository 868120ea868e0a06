import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type Answer, streamEvents, usageOf } from '@claude-codex/demo/messages/answer';
import { type Conversation, type MessagesRequest, readConversation } from '@claude-codex/demo/messages/conversation';
import { closeServer } from './worker/fake-egress.ts';

export interface ScriptedModel {
  readonly url: string;
  close(): Promise<void>;
}

/** A refusal in the provider's own shape, such as 429 or 529. */
export interface ModelRefusal {
  readonly status: number;
  readonly errorType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Decides what a test's model says; called for requests that offer tools. `step` counts the tool results so far. */
export type ModelScript = (
  step: number,
  conversation: Conversation,
  headers: IncomingHttpHeaders,
) => Answer | ModelRefusal;

/** One Bash call, for scripts that are lists of commands. */
export function bashAnswer(step: number, command: string, input: Record<string, unknown> = {}): Answer {
  return { text: '', calls: [{ id: `toolu_test_${step}`, name: 'Bash', input: { command, ...input } }] };
}

export function textAnswer(text: string): Answer {
  return { text, calls: [] };
}

/** A model whose answers a test writes; speaks the streamed Messages API. */
export async function startScriptedModel(script: ModelScript): Promise<ScriptedModel> {
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method !== 'POST') {
        response.writeHead(200).end();
        return;
      }
      const body = JSON.parse(await readText(request)) as MessagesRequest;
      const conversation = readConversation(body);
      const hasTools = conversation.tools.size > 0;
      const answer = hasTools
        ? script(conversation.results.size, conversation, request.headers)
        : textAnswer('A title');
      if ('status' in answer) {
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
        response.end(JSON.stringify({ type: 'error', error: { type: answer.errorType, message: answer.errorType } }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const usage = usageOf(conversation.size, answer);
      for (const event of streamEvents(body.model ?? 'scripted', answer, usage)) {
        response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      }
      response.end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted model has no TCP address');
  return { url: `http://127.0.0.1:${address.port}`, close: () => closeServer(server) };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
