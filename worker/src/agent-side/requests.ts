import type {
  CollectCommand,
  JournalRecord,
  WorkerDocument,
  WorkerStart,
} from '@claude-codex/contracts/worker/protocol';

/** What the supervisor says over the channel. The agent's side believes it, as it believes whoever started it. */
export type ToAgentSide = Call | Told;

/** Answered by a line with the same id. */
type Call =
  | { readonly type: 'prepare'; readonly id: number; readonly start: WorkerStart }
  | { readonly type: 'set_secret'; readonly id: number; readonly name: string; readonly value: string }
  | { readonly type: 'put_documents'; readonly id: number; readonly documents: readonly WorkerDocument[] }
  | { readonly type: 'open_terminal'; readonly id: number }
  | {
      readonly type: 'collect';
      readonly id: number;
      readonly command: CollectCommand;
      readonly sessionId: string | null;
    }
  | { readonly type: 'close'; readonly id: number };

type Told =
  | { readonly type: 'log'; readonly record: JournalRecord }
  | SpawnLine
  | { readonly type: 'stdin'; readonly id: number; readonly text: string }
  | { readonly type: 'stdin_end'; readonly id: number }
  | { readonly type: 'kill'; readonly id: number; readonly signal: NodeJS.Signals };

export interface SpawnLine {
  readonly type: 'spawn';
  /** The program's from here on: its output and its end carry it. */
  readonly id: number;
  readonly command: string;
  readonly args: string[];
  readonly cwd?: string;
  readonly env: Record<string, string>;
}

/** A call before it has its number. Distributes over the union. */
export type Asked = Call extends infer Line ? (Line extends Call ? Omit<Line, 'id'> : never) : never;
