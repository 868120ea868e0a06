import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageBody, streamEvents, usageOf } from './messages/answer.ts';
import { type MessagesRequest, readConversation } from './messages/conversation.ts';
import { decide } from './script/decide.ts';

export interface DemoModelOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** Waits this long before each answer so that a person can watch. Default 300. */
  readonly delayMs?: number;
  readonly log?: (line: string) => void;
}

export interface DemoModel {
  /** Base address, for `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** The name it answers to. It has no price, so nothing that is scripted looks as if it had cost something. */
export const DEMO_MODEL = 'scripted-demo-model';
const MODELS = [DEMO_MODEL];

/** Starts the scripted model: the part of the Messages API that Claude Code uses, answered from a script. */
export async function startDemoModel(options: DemoModelOptions = {}): Promise<DemoModel> {
  const settings = { delayMs: options.delayMs ?? 300, log: options.log ?? (() => undefined) };
  const server = createServer((request, response) => {
    answer(request, response, settings).catch((error: unknown) => {
      settings.log(`request failed: ${String(error)}`);
      sendError(response, 500, 'api_error', 'the scripted model failed');
    });
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the scripted model has no TCP address');
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Settings {
  readonly delayMs: number;
  readonly log: (line: string) => void;
}

async function answer(request: IncomingMessage, response: ServerResponse, settings: Settings): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  const route = `${request.method} ${path}`;
  if (route === 'HEAD /' || route === 'GET /healthz') {
    response.writeHead(200).end();
  } else if (route === 'GET /v1/models') {
    const data = MODELS.map((id) => ({
      type: 'model',
      id,
      display_name: 'Scripted demo model',
      created_at: '2026-01-01T00:00:00Z',
    }));
    sendJson(response, 200, { data, has_more: false, first_id: MODELS[0], last_id: MODELS[0] });
  } else if (route === 'POST /v1/messages/count_tokens') {
    const body = await readBody(request);
    sendJson(response, 200, { input_tokens: Math.ceil(body.length / 4) });
  } else if (route === 'POST /v1/messages') {
    await answerMessage(request, response, settings);
  } else {
    sendError(response, 404, 'not_found_error', `the scripted model has no ${path}`);
  }
}

async function answerMessage(request: IncomingMessage, response: ServerResponse, settings: Settings): Promise<void> {
  const body = parse(await readBody(request));
  if (body === null) {
    sendError(response, 400, 'invalid_request_error', 'the body is not a JSON object with messages');
    return;
  }
  const conversation = readConversation(body);
  const next = decide(conversation);
  const usage = usageOf(conversation.size, next);
  const model = body.model ?? 'scripted-demo-model';
  settings.log(`${next.calls.map((call) => call.id).join(' ') || 'end of turn'}`);
  if (conversation.tools.size > 0) await sleep(settings.delayMs);
  if (body.stream !== true) {
    sendJson(response, 200, messageBody(model, next, usage));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const event of streamEvents(model, next, usage)) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('request body over 32 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): MessagesRequest | null {
  try {
    const value: unknown = JSON.parse(text);
    const isRequest =
      typeof value === 'object' && value !== null && 'messages' in value && Array.isArray(value.messages);
    return isRequest ? (value as MessagesRequest) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, type: string, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, status, { type: 'error', error: { type, message } });
}
