import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import { truncate } from '../journal/truncate.ts';

type Message<Type extends SDKMessage['type']> = Extract<SDKMessage, { type: Type }>;

/** What one message of the SDK says to the journal, apart from `init` and `result`, which depend on earlier ones. */
export function mapMessage(message: SDKMessage): JournalEntry[] {
  if (message.type === 'assistant') return mapAssistant(message);
  if (message.type === 'user') return mapToolResults(message);
  if (message.type === 'system' && message.subtype === 'task_notification') return mapSubAgentEnd(message);
  if (message.type === 'system' && message.subtype === 'task_started') return mapSubAgentStart(message);
  if (message.type === 'rate_limit_event') return mapRateLimit(message);
  if (message.type === 'system' && message.subtype === 'api_retry') {
    const detail = `try ${message.attempt} of ${message.max_retries} failed with ${message.error_status ?? 'no answer'}`;
    const isLimit = message.error_status === 429 || message.error_status === 529;
    return [
      isLimit
        ? { type: 'rate_limited', status: 'retrying', resetsAt: inMs(message.retry_delay_ms), detail }
        : { type: 'warning', code: 'MODEL_RETRY', detail },
    ];
  }
  return [];
}

function mapAssistant(message: Message<'assistant'>): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const within = withinOf(message);
  if (message.error === 'rate_limit' || message.error === 'overloaded') {
    entries.push({ type: 'rate_limited', status: 'rejected', resetsAt: null, detail: message.error });
  }
  for (const block of message.message.content) {
    if (block.type === 'text' && block.text !== '')
      entries.push({ type: 'assistant_text', text: block.text, ...within });
    if (block.type === 'thinking' && block.thinking !== '')
      entries.push({ type: 'thinking', text: block.thinking, ...within });
    if (block.type === 'tool_use') {
      entries.push({ type: 'tool_call', toolUseId: block.id, tool: block.name, input: block.input, ...within });
    }
  }
  return entries;
}

function mapToolResults(message: Message<'user'>): JournalEntry[] {
  const { content } = message.message;
  if (typeof content === 'string') return [];
  return content.flatMap((block): JournalEntry[] => {
    if (block.type !== 'tool_result') return [];
    const output = textOf(block.content);
    const { truncated } = truncate(output);
    const isError = block.is_error === true;
    return [{ type: 'tool_result', toolUseId: block.tool_use_id, isError, output, truncated, ...withinOf(message) }];
  });
}

/** What a sub-agent says and does belongs to the call that started it. */
function withinOf({ parent_tool_use_id: parent }: Message<'assistant'> | Message<'user'>): { within?: string } {
  return parent === null ? {} : { within: parent };
}

function mapSubAgentStart(message: Extract<Message<'system'>, { subtype: 'task_started' }>): JournalEntry[] {
  const { tool_use_id: toolUseId, task_id: subAgentId, task_type: type } = message;
  if (toolUseId === undefined || type !== 'local_agent') return [];
  return [{ type: 'subagent_started', toolUseId, subAgentId }];
}

function mapSubAgentEnd(message: Extract<Message<'system'>, { subtype: 'task_notification' }>): JournalEntry[] {
  const { tool_use_id: toolUseId, usage, status } = message;
  // Only sub-agents say what they used.
  if (toolUseId === undefined || usage === undefined) return [];
  const { total_tokens: tokens, tool_uses: toolCalls, duration_ms: durationMs } = usage;
  return [{ type: 'subagent_ended', toolUseId, status, tokens, toolCalls, durationMs }];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((block: { type?: unknown; text?: unknown }) =>
      block.type === 'text' ? String(block.text) : `[${String(block.type)}]`,
    )
    .join('\n');
}

function mapRateLimit({ rate_limit_info: info }: Message<'rate_limit_event'>): JournalEntry[] {
  if (info.status === 'allowed') return [];
  const resetsAt = info.resetsAt === undefined ? null : new Date(info.resetsAt * 1000).toISOString();
  return [{ type: 'rate_limited', status: info.status, resetsAt, detail: info.rateLimitType ?? 'limit' }];
}

function inMs(delay: number): string {
  return new Date(Date.now() + delay).toISOString();
}
