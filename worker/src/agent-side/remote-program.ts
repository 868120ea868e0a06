import { EventEmitter } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type { StartedProgram } from './agent-side.ts';
import type { FromAgentSide } from './lines.ts';
import type { ToAgentSide } from './requests.ts';

export interface RemoteProgram {
  /** What a session takes for the process it asked for. */
  readonly program: StartedProgram;
  take(line: FromAgentSide): void;
  /** The other side is gone, and the program with it. */
  lost(reason: string): void;
}

/** A program that runs on the agent's side. */
export function createRemoteProgram(
  id: number,
  say: (line: ToAgentSide) => void,
  onStderr: (text: string) => void,
): RemoteProgram {
  const events = new EventEmitter();
  const stdout = new PassThrough();
  let exitCode: number | null = null;
  let signalCode: NodeJS.Signals | null = null;
  let over = false;
  let killed = false;

  function end(code: number | null, signal: NodeJS.Signals | null): void {
    if (over) return;
    over = true;
    exitCode = code;
    signalCode = signal;
    stdout.end();
    events.emit('exit', code, signal);
  }

  const stdin = new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, _encoding, done) {
      say({ type: 'stdin', id, text: chunk.toString() });
      done();
    },
    final(done) {
      say({ type: 'stdin_end', id });
      done();
    },
  });

  return {
    program: {
      stdin,
      stdout,
      get killed() {
        return killed;
      },
      get exitCode() {
        return exitCode;
      },
      get signalCode() {
        return signalCode;
      },
      kill(signal) {
        killed = true;
        say({ type: 'kill', id, signal });
        return !over;
      },
      on: (event: string, listener: (...args: never[]) => void) => void events.on(event, listener as () => void),
      once: (event: string, listener: (...args: never[]) => void) => void events.once(event, listener as () => void),
      off: (event: string, listener: (...args: never[]) => void) => void events.off(event, listener as () => void),
    },
    take(line) {
      if (line.type === 'stdout') stdout.write(line.text);
      else if (line.type === 'stderr') onStderr(line.text);
      else if (line.type === 'exit') end(line.code, line.signal as NodeJS.Signals | null);
      else if (line.type === 'spawn_failed') {
        if (events.listenerCount('error') > 0) events.emit('error', new Error(line.message));
        end(127, null);
      }
    },
    lost(reason) {
      onStderr(reason);
      end(null, 'SIGKILL');
    },
  };
}
