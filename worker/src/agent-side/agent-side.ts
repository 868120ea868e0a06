import type { Readable, Writable } from 'node:stream';
import type {
  CollectCommand,
  JournalEntry,
  JournalRecord,
  WorkerDocument,
  WorkerStart,
} from '@claude-codex/contracts/worker/protocol';
import type { NotPut } from '../documents/put-document.ts';
import type { RefusalCause } from './refusal-cause.ts';

export type Collected = Extract<JournalEntry, { type: 'collected' }>;
export type Warning = Extract<JournalEntry, { type: 'warning' }>;
/** A program and what it gets; nothing is added to `env`. */
export interface Program {
  command: string;
  args: string[];
  cwd?: string;
  env: Record<string, string | undefined>;
}

type Exited = (code: number | null, signal: NodeJS.Signals | null) => void;
type Failed = (error: Error) => void;

/** What of a child process a session needs; a `ChildProcess` is one. */
export interface StartedProgram {
  stdin: Writable;
  stdout: Readable;
  readonly killed: boolean;
  readonly exitCode: number | null;
  readonly signalCode?: NodeJS.Signals | null;
  kill(signal: NodeJS.Signals): boolean;
  on(event: 'exit', listener: Exited): void;
  on(event: 'error', listener: Failed): void;
  once(event: 'exit', listener: Exited): void;
  once(event: 'error', listener: Failed): void;
  off(event: 'exit', listener: Exited): void;
  off(event: 'error', listener: Failed): void;
}

/** What the agent's program is started with, once everything that must hold does. */
export interface Prepared {
  /** `http://127.0.0.1:<port>` and the token it takes: the way to the model and the tools. */
  readonly relay: { readonly url: string; readonly token: string };
  /** Environment of the agent's commands, without any value people gave. */
  readonly commandEnv: Readonly<Record<string, string>>;
  /** For `CLAUDE_ENV_FILE`: a file that leads to the values. */
  readonly hookPath: string;
  /** The manager's words and those of the repository. */
  readonly systemPrompt: string;
}

/**
 * The place where the agent's processes run and its files lie, seen by the supervisor. Whatever touches them happens
 * there, as the agent's user: the supervisor, whose journal is what everybody believes, opens no path an agent can
 * write to and runs no program. What comes back is the agent's word, and is checked as such.
 */
export interface AgentSide {
  /** Throws `PreflightFailed`. */
  prepare(start: WorkerStart): Promise<Prepared>;
  setSecret(name: string, value: string): Promise<void>;
  /** Those that could not be put into the agent's files. */
  putDocuments(documents: readonly WorkerDocument[]): Promise<NotPut[]>;
  /** Null, or why there is no terminal. */
  openTerminal(): Promise<string | null>;
  collect(command: CollectCommand, sessionId: string | null): Promise<Collected>;
  /** A masked record, for the view people follow in the terminal. */
  log(record: JournalRecord): void;
  spawn(program: Program, onStderr: (text: string) => void): StartedProgram;
  /** Ends every process of the agent; gives those that could not be ended. */
  close(): Promise<number[]>;
}

export class PreflightFailed extends Error {
  readonly check: string;

  constructor(check: string, detail: string) {
    super(detail);
    this.name = 'PreflightFailed';
    this.check = check;
  }
}

/** What was asked for could not be done. */
export class AgentSideRefused extends Error {
  readonly because: RefusalCause;

  constructor(detail: string, because: RefusalCause) {
    super(detail);
    this.name = 'AgentSideRefused';
    this.because = because;
  }
}
