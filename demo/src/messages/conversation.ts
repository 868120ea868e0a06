/**
 * What the scripted model knows: only the conversation in the request it was sent. Nothing is remembered between
 * requests, so a restarted server, a resumed session or a second copy of the server answers the same way.
 */
export interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly is_error?: boolean;
  readonly content?: unknown;
}

export interface MessagesRequest {
  readonly model?: string;
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly system?: string | readonly ContentBlock[];
  readonly messages?: readonly { readonly role: string; readonly content: string | readonly ContentBlock[] }[];
  readonly tools?: readonly ToolDefinition[];
}

export interface ToolDefinition {
  readonly name: string;
  readonly input_schema?: { readonly properties?: Record<string, unknown> };
}

export interface ToolResult {
  readonly isError: boolean;
  readonly text: string;
  /** How many prompts came before it. */
  readonly promptsBefore: number;
}

export interface Conversation {
  readonly system: string;
  /** What people (or the server in their name) wrote, oldest first, without the reminders Claude Code adds. */
  readonly prompts: readonly string[];
  /** Results by tool use id. A call that was cut off has none, or an error. */
  readonly results: ReadonlyMap<string, ToolResult>;
  readonly tools: ReadonlyMap<string, ToolDefinition>;
  /** Characters of the whole request and of its last message; the base of the usage numbers. */
  readonly size: { readonly total: number; readonly last: number };
}

const REMINDER = /<system-reminder>[\s\S]*?<\/system-reminder>/g;

/** Reads a Messages API request body; unknown blocks are ignored. */
export function readConversation(request: MessagesRequest): Conversation {
  const prompts: string[] = [];
  const results = new Map<string, ToolResult>();
  for (const message of request.messages ?? []) {
    if (message.role !== 'user') continue;
    const blocks = asBlocks(message.content);
    for (const block of blocks) {
      if (block.type === 'tool_result' && block.tool_use_id !== undefined) {
        results.set(block.tool_use_id, {
          isError: block.is_error === true,
          text: textOf(block.content),
          promptsBefore: prompts.length,
        });
      }
    }
    const text = blocks
      .filter((block) => block.type === 'text')
      .map((block) => (block.text ?? '').replace(REMINDER, ''))
      .join('\n')
      .trim();
    if (text !== '') prompts.push(text);
  }
  const messages = request.messages ?? [];
  return {
    system: typeof request.system === 'string' ? request.system : textOf(request.system),
    prompts,
    results,
    tools: new Map((request.tools ?? []).map((tool) => [tool.name, tool])),
    size: { total: JSON.stringify(request).length, last: JSON.stringify(messages.at(-1) ?? '').length },
  };
}

function asBlocks(content: string | readonly ContentBlock[]): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block: ContentBlock) => (block.type === 'text' ? (block.text ?? '') : '')).join('\n');
}
