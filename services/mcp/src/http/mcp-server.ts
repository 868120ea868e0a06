import type { InstanceIdentity } from '@claude-codex/service-kit';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { ListToolsResult, ServerNotification } from '@modelcontextprotocol/sdk/types.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { CallDeps } from '../calls/call-tool.ts';
import { callTool } from '../calls/call-tool.ts';
import type { LiveInstance } from '../calls/instances.ts';
import type { Tool } from '../calls/tool.ts';

export interface Caller {
  identity: InstanceIdentity;
  instance: LiveInstance;
  /** Aborted when the connection is gone or the service stops. */
  signal: AbortSignal;
}

/** Claude Code names each call here; request ids begin anew with every session. */
const TOOL_USE_ID = 'claudecode/toolUseId';

/** The MCP server for one request of one instance. It keeps nothing: every fact is in the event store. */
export function createMcpServer(deps: CallDeps & { progressMs: number }, caller: Caller): Server {
  const { identity, instance } = caller;
  const server = new Server(
    { name: 'claude-codex', version: '0.1.0' },
    { capabilities: { tools: {} }, instructions: 'Tools to work with the people of your team.' },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: deps.tools.filter((tool) => tool.kinds.includes(identity.kind)).map(describe),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const signal = AbortSignal.any([caller.signal, extra.signal]);
    const stillWaiting = keepTelling(params._meta?.progressToken, deps.progressMs, extra.sendNotification);
    const toolUseId = params._meta?.[TOOL_USE_ID];
    const callId = typeof toolUseId === 'string' ? toolUseId : String(extra.requestId);
    try {
      return await callTool(deps, {
        identity,
        instance,
        name: params.name,
        args: params.arguments ?? {},
        callId,
        signal,
      });
    } finally {
      clearInterval(stillWaiting);
    }
  });
  return server;
}

function describe(tool: Tool): ListToolsResult['tools'][number] {
  const { name, description, inputSchema, outputSchema, annotations } = tool;
  return { name, description, inputSchema, ...(outputSchema === undefined ? {} : { outputSchema }), annotations };
}

/** Clients that asked for progress are told that the call lives, or they would give it up. */
function keepTelling(
  progressToken: string | number | undefined,
  everyMs: number,
  send: (notification: ServerNotification) => Promise<void>,
): NodeJS.Timeout | undefined {
  if (progressToken === undefined) return undefined;
  let progress = 0;
  return setInterval(() => {
    progress += 1;
    const params = { progressToken, progress, message: 'Waiting for a person' };
    // The client hung up; its call is aborted by the closed connection.
    send({ method: 'notifications/progress', params }).catch(() => undefined);
  }, everyMs);
}
