import { cutText } from '@claude-codex/contracts/text';
import type { z } from 'zod';
import { reasonOf } from '../reason-of.ts';
import { type AgentSide, AgentSideRefused, type Collected, PreflightFailed, type Warning } from './agent-side.ts';
import { type Ends, readLines, writeLine } from './line-stream.ts';
import {
  CloseAnswer,
  CollectedAnswer,
  DoneAnswer,
  FromAgentSide,
  PreparedAnswer,
  PutAnswer,
  TerminalAnswer,
} from './lines.ts';
import { createRemoteProgram, type RemoteProgram } from './remote-program.ts';
import type { Asked, ToAgentSide } from './requests.ts';

export interface RemoteAgentSide extends AgentSide {
  /** Why the other side is gone; never settles while it is there. */
  readonly gone: Promise<string>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The agent's side at the other end of a channel. */
export function createRemoteAgentSide({ input, output }: Ends, warn: (warning: Warning) => void): RemoteAgentSide {
  const waiting = new Map<number, Waiting>();
  const programs = new Map<number, RemoteProgram>();
  const gone = Promise.withResolvers<string>();
  let over: string | null = null;
  let last = 0;
  const say = (line: ToAgentSide) => writeLine(output, line);

  async function ask<Schema extends z.ZodType>(call: Asked, schema: Schema): Promise<z.infer<Schema>> {
    if (over !== null) throw new Error(over);
    last += 1;
    const id = last;
    const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
    say({ ...call, id } as ToAgentSide);
    return schema.parse(await answered);
  }

  function take(line: FromAgentSide): void {
    if (line.type === 'warning') {
      warn(line);
      return;
    }
    if (line.type !== 'answer' && line.type !== 'failed') {
      programs.get(line.id)?.take(line);
      return;
    }
    const call = waiting.get(line.id);
    waiting.delete(line.id);
    if (line.type === 'answer') call?.resolve(line.value);
    else if (line.check !== null) call?.reject(new PreflightFailed(line.check, line.message));
    else call?.reject(new AgentSideRefused(line.message, line.because));
  }

  function end(reason: string): void {
    over = `the agent's side ended: ${reason}`;
    for (const call of waiting.values()) call.reject(new Error(over));
    for (const program of programs.values()) program.lost(over);
    gone.resolve(over);
  }

  output.on('error', () => undefined); // the end of the input says it
  void (async () => {
    for await (const line of readLines(input)) take(FromAgentSide.parse(line));
  })().then(
    () => end('it closed the channel'),
    (error: unknown) => end(cutText(reasonOf(error), 500)),
  );

  return {
    gone: gone.promise,
    prepare: (start) => ask({ type: 'prepare', start }, PreparedAnswer),
    async setSecret(name, value) {
      await ask({ type: 'set_secret', name, value }, DoneAnswer);
    },
    putDocuments: (documents) => ask({ type: 'put_documents', documents }, PutAnswer),
    openTerminal: () => ask({ type: 'open_terminal' }, TerminalAnswer),
    collect: async (command, sessionId) =>
      (await ask({ type: 'collect', command, sessionId }, CollectedAnswer)) as Collected,
    log: (record) => say({ type: 'log', record }),
    spawn({ command, args, cwd, env }, onStderr) {
      last += 1;
      const id = last;
      const remote = createRemoteProgram(id, say, onStderr);
      programs.set(id, remote);
      const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
      say({ type: 'spawn', id, command, args, env: Object.fromEntries(given), ...(cwd === undefined ? {} : { cwd }) });
      if (over !== null) remote.lost(over);
      return remote.program;
    },
    close: () => ask({ type: 'close' }, CloseAnswer),
  };
}
