import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { closeServer } from './fake-egress.ts';

export interface FakeMcpCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface FakeMcp {
  readonly url: string;
  /** Calls in the order in which they arrived; one that is sent again after its answer is the same call. */
  readonly calls: readonly FakeMcpCall[];
  close(): Promise<void>;
}

/** Answers a call; a promise that stays open is a question nobody has answered yet. */
export type FakeMcpAnswer = (call: FakeMcpCall) => Promise<string> | string;

const TOOLS = {
  report_progress: { step: z.string(), percent: z.number(), note: z.string().optional() },
  complete_phase: { phase: z.string(), summary: z.string(), deliverables: z.array(z.string()) },
  ask_question: {
    category: z.string(),
    question: z.string(),
    options: z.array(z.object({ label: z.string(), description: z.string().optional() })),
    multi: z.boolean().optional(),
  },
  request_dependency: { type: z.string(), name: z.string(), description: z.string(), required: z.boolean() },
} as const;

const TOOL_USE_ID = 'claudecode/toolUseId';

/**
 * A small MCP server over streamable HTTP with the tools the demo uses. It keeps no sessions, and answers a call that is
 * sent again with its first answer, as the real one does: the relay sends again what was cut off.
 */
export async function startFakeMcp(answer: FakeMcpAnswer): Promise<FakeMcp> {
  const calls: FakeMcpCall[] = [];
  const answers = new Map<unknown, string>();

  async function answerOnce(callId: unknown, call: FakeMcpCall): Promise<string> {
    const first = answers.get(callId);
    if (first !== undefined) return first;
    calls.push(call);
    const text = await answer(call);
    answers.set(callId, text);
    return text;
  }

  function createServerForRequest(): McpServer {
    const server = new McpServer({ name: 'codex', version: '1.0.0' });
    for (const [tool, inputSchema] of Object.entries(TOOLS)) {
      server.registerTool(
        tool,
        { description: tool, inputSchema },
        async (input: Record<string, unknown>, extra: { requestId: unknown; _meta?: Record<string, unknown> }) => {
          const text = await answerOnce(extra._meta?.[TOOL_USE_ID] ?? extra.requestId, { tool, input });
          return { content: [{ type: 'text' as const, text }] };
        },
      );
    }
    return server;
  }

  const http = createServer((request, response) => {
    void (async () => {
      const transport = new StreamableHTTPServerTransport({ enableJsonResponse: false });
      const server = createServerForRequest();
      response.once('close', () => void server.close());
      // The SDK's own transport does not satisfy its interface under exactOptionalPropertyTypes.
      await server.connect(transport as Parameters<McpServer['connect']>[0]);
      await transport.handleRequest(request, response);
    })();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the MCP server has no TCP address');
  return { url: `http://127.0.0.1:${address.port}`, calls, close: () => closeServer(http) };
}
