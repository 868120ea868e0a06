import { query, type SDKMessage, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { CLAUDE_CODE } from '@claude-codex/contracts/agent-program';
import { handOut } from '../documents/hand-out.ts';
import type { Journal } from '../journal/journal.ts';
import type { AgentSession, SessionMessage, SessionParts } from '../session/agent-session.ts';
import { BACKGROUND_LIMITS, Background } from './background.ts';
import { createInputQueue } from './input-queue.ts';
import { mapMessage } from './map-message.ts';
import { queryOptions } from './query-options.ts';
import { createTurnCounter } from './turn.ts';
import { watchTurnEnd } from './turn-end.ts';

/** `init` comes before the first call of the model; without it in a minute Claude Code itself did not start. */
const INIT_DEADLINE_MS = 60_000;
const CLOSE_DEADLINE_MS = 2_000;

interface Waiting extends SessionMessage {
  readonly accepted: () => void;
}

/** A session of Claude Code, driven by its Agent SDK. */
export function startClaudeCode(parts: SessionParts): AgentSession {
  const { side, journal, start } = parts;
  const input = createInputQueue<SDKUserMessage>();
  const waiting: Waiting[] = [];
  /** Handed over, but nothing shows yet that the session holds it: killed now, it would be resumed without it. */
  const unread: Waiting[] = [];
  const turn = createTurnCounter();
  const stderr: string[] = [];
  let sessionId: string | null = null;
  let busy = false;
  /** The agent itself is at work: a message has to wait. While it only waits for what it started, none has to. */
  let working = false;
  /** The documents of the next message are being put down. */
  let handingOut = false;
  let closed = false;

  const running = query({
    prompt: input,
    options: queryOptions(parts, (text) => {
      stderr.push(text);
      if (stderr.length > 50) stderr.shift();
    }),
  });

  const background = new Background(BACKGROUND_LIMITS);
  const turnEnd = watchTurnEnd(background, {
    working(works) {
      working = works;
      busy = true;
      if (!works) deliver();
    },
    over(results, waited) {
      journal.write(turn.end(results, waited));
      working = false;
      busy = false;
      parts.onTurnEnd();
      deliver();
    },
    stop: (taskId) => running.stopTask(taskId),
  });

  function deliver(): void {
    if (working || handingOut || closed) return;
    const next = waiting.shift();
    if (next === undefined) return;
    if (next.documents.length === 0) {
      handOver(next, next.text);
      return;
    }
    handingOut = true;
    void handOut(side, next).then((text) => {
      handingOut = false;
      if (closed) return;
      handOver(next, text);
      if (waiting[0]?.interrupt === true) void interrupt().catch((error: unknown) => warn(journal, error));
    });
  }

  function handOver(next: Waiting, text: string): void {
    turnEnd.begins();
    journal.write({ type: 'user_message', commandId: next.commandId, text });
    input.push({
      type: 'user',
      message: { role: 'user', content: text },
      parent_tool_use_id: null,
      session_id: sessionId ?? '',
      // A path at the beginning of a person's words ("/etc/hosts is wrong") is not a command of Claude Code.
      ...(text.startsWith('/') ? { client_composed: true as const } : {}),
    });
    unread.push(next);
  }

  async function interrupt(): Promise<void> {
    if (working && !closed) await running.interrupt();
  }

  function take(message: SDKMessage): void {
    if (background.take(message)) journal.write({ type: 'background', running: background.running });
    if (message.type === 'system' && message.subtype === 'init') {
      turnEnd.take(message);
      if (message.session_id === sessionId) return;
      sessionId = message.session_id;
      journal.write({
        type: 'session_started',
        sessionId,
        program: { name: CLAUDE_CODE, version: message.claude_code_version },
        model: message.model,
        tools: message.tools,
        resumed: start.resumeSessionId !== null,
      });
      const broken = message.mcp_servers.find((server) => server.status !== 'connected');
      if (broken !== undefined) {
        journal.write({ type: 'warning', code: 'MCP_NOT_CONNECTED', detail: `${broken.name}: ${broken.status}` });
      }
      return;
    }
    // Claude Code keeps what it was told before it asks the model. Cut short by the end of this process it may not have.
    if (!closed && isOwnAnswer(message)) for (const { accepted } of unread.splice(0)) accepted();
    turnEnd.take(message);
    for (const entry of mapMessage(message)) {
      if (entry.type === 'tool_call') turn.countToolCall();
      journal.write(entry);
      if (entry.type === 'assistant_text' && isOwnAnswer(message)) parts.onText(entry.text);
    }
  }

  async function follow(): Promise<string | null> {
    const deadline = setTimeout(() => {
      if (sessionId === null) running.close();
    }, INIT_DEADLINE_MS);
    try {
      for await (const message of running) take(message);
    } catch (error) {
      if (!closed)
        return `${error instanceof Error ? error.message : String(error)} ${stderr.join('').slice(-4000)}`.trim();
    } finally {
      clearTimeout(deadline);
      turnEnd.close();
      busy = false;
    }
    if (closed) return null;
    return sessionId === null ? 'Claude Code did not start within a minute' : 'Claude Code ended by itself';
  }

  const ended = follow();
  return {
    get busy() {
      return busy;
    },
    get sessionId() {
      return sessionId;
    },
    send(told, accepted) {
      const message = { ...told, accepted };
      if (!told.interrupt) {
        waiting.push(message);
        deliver();
        return;
      }
      waiting.unshift(message);
      deliver();
      if (waiting.includes(message)) void interrupt().catch((error: unknown) => warn(journal, error));
    },
    interrupt,
    async close() {
      closed = true;
      // Interrupted first, so that the transcript ends with a whole entry that a resume can go on from.
      if (busy) await withDeadline(running.interrupt(), CLOSE_DEADLINE_MS);
      input.close();
      await withDeadline(ended, CLOSE_DEADLINE_MS);
      running.close();
    },
    ended,
  };
}

/** The agent itself says something, or its turn ended; not one of its sub-agents. */
function isOwnAnswer(message: SDKMessage): boolean {
  return message.type === 'result' || (message.type === 'assistant' && message.parent_tool_use_id === null);
}

function warn(journal: Journal, error: unknown): void {
  journal.write({
    type: 'warning',
    code: 'INTERRUPT_FAILED',
    detail: error instanceof Error ? error.message : String(error),
  });
}

async function withDeadline(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  // What the work says does not matter here: the process is on its way out and is ended by force if need be.
  await Promise.race([work.catch(() => undefined), deadline]);
  clearTimeout(timer);
}
