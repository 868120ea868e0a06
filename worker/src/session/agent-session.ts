import type { WorkerDocument, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { AgentSide, Prepared } from '../agent-side/agent-side.ts';
import type { Journal } from '../journal/journal.ts';
import type { Permissions } from './permissions.ts';

export interface SessionMessage {
  readonly commandId: string | null;
  readonly text: string;
  /** Put into the agent's files when the message is handed over, not before: it may be at work on them. */
  readonly documents: readonly WorkerDocument[];
  /** The turn that goes on is cut short for it. */
  readonly interrupt: boolean;
}

/**
 * A conversation with the program that is the agent. What it says and does is written into the journal as it comes; which
 * program it is, which version and model, is said by `session_started` there. Adapter: `claude-code`.
 */
export interface AgentSession {
  /** A turn goes on, or something that one started. */
  readonly busy: boolean;
  readonly sessionId: string | null;
  /** Queues a message. It is handed over when the agent itself does nothing; `accepted` is called once it answers to it. */
  send(message: SessionMessage, accepted: () => void): void;
  /** Cuts the current turn short; nothing happens when none runs. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
  /** Settles when the program ended: null after `close`, otherwise why it ended by itself. */
  readonly ended: Promise<string | null>;
}

export interface SessionParts {
  readonly start: WorkerStart;
  readonly side: Pick<AgentSide, 'spawn' | 'putDocuments'>;
  readonly prepared: Prepared;
  /** Where the tools are, below the relay's address. */
  readonly mcpPath: string;
  readonly permissions: Permissions;
  readonly journal: Journal;
  /** Words of the agent itself (not of a sub-agent), for the text protocol. */
  readonly onText: (text: string) => void;
  readonly onTurnEnd: () => void;
}

export type StartAgentSession = (parts: SessionParts) => AgentSession;
