import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startDemoModel } from '@claude-codex/demo';

/** How the provider answers a streamed call; null: as it should. */
export type Mood = ((response: ServerResponse) => void) | null;

export interface MoodyProvider {
  readonly url: string;
  mood: Mood;
  close(): Promise<void>;
}

export const MOODS = {
  refusesKey: error(401, 'authentication_error', 'invalid x-api-key'),
  overloaded: error(529, 'overloaded_error', 'Overloaded'),
  signInPage: (response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please sign in</h1>'),
} as const satisfies Record<string, Mood>;

/** The scripted model behind an address that can be told to fail like a real provider. */
export async function startMoodyProvider(): Promise<MoodyProvider> {
  const model = await startDemoModel({ delayMs: 50 });
  const server = createServer((asked, response) => {
    const isCall = asked.method === 'POST' && asked.url?.startsWith('/v1/messages') && !asked.url.includes('count');
    if (isCall && provider.mood !== null) {
      asked.resume();
      provider.mood(response);
    } else passOn(model.url, asked, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: MoodyProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: null,
    async close() {
      server.closeAllConnections();
      server.close();
      await model.close();
    },
  };
  return provider;
}

function passOn(to: string, asked: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = asked;
  const onward = request(new URL(asked.url ?? '/', to), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  asked.pipe(onward);
}

function error(status: number, type: string, message: string): (response: ServerResponse) => void {
  return (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ type: 'error', error: { type, message } }));
}
