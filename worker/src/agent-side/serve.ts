import { reasonOf } from '../reason-of.ts';
import { type AgentSide, PreflightFailed, type StartedProgram, type Warning } from './agent-side.ts';
import { type Ends, readLines, writeLine } from './line-stream.ts';
import type { FromAgentSide } from './lines.ts';
import { refusalCauseOf } from './refusal-cause.ts';
import type { SpawnLine, ToAgentSide } from './requests.ts';

/** Does what the supervisor asks for until the channel ends, which it does with the supervisor. */
export async function serveAgentSide(
  ends: Ends,
  createSide: (warn: (warning: Warning) => void) => AgentSide,
): Promise<void> {
  const say = (line: FromAgentSide) => writeLine(ends.output, line);
  const side = createSide(say);
  const programs = new Map<number, StartedProgram>();

  function answer(id: number, work: Promise<unknown>): void {
    work.then(
      (value) => say({ type: 'answer', id, value: value ?? null }),
      (error: unknown) => say({ type: 'failed', id, ...failure(error) }),
    );
  }

  function spawn({ id, command, args, cwd, env }: SpawnLine): void {
    const wanted = { command, args, env, ...(cwd === undefined ? {} : { cwd }) };
    const program = side.spawn(wanted, (text) => say({ type: 'stderr', id, text }));
    programs.set(id, program);
    program.on('error', (error) => say({ type: 'spawn_failed', id, message: error.message }));
    program.on('exit', (code, signal) => {
      programs.delete(id);
      say({ type: 'exit', id, code, signal });
    });
    program.stdin.on('error', () => undefined); // it ended; its exit says so
    program.stdout.setEncoding('utf8').on('data', (text: string) => say({ type: 'stdout', id, text }));
  }

  function take(line: ToAgentSide): void {
    switch (line.type) {
      case 'prepare':
        answer(line.id, side.prepare(line.start));
        return;
      case 'set_secret':
        answer(line.id, side.setSecret(line.name, line.value));
        return;
      case 'put_documents':
        answer(line.id, side.putDocuments(line.documents));
        return;
      case 'open_terminal':
        answer(line.id, side.openTerminal());
        return;
      case 'collect':
        answer(line.id, side.collect(line.command, line.sessionId));
        return;
      case 'close':
        answer(line.id, side.close());
        return;
      case 'log':
        side.log(line.record);
        return;
      case 'spawn':
        spawn(line);
        return;
      case 'stdin':
        programs.get(line.id)?.stdin.write(line.text);
        return;
      case 'stdin_end':
        programs.get(line.id)?.stdin.end();
        return;
      case 'kill':
        programs.get(line.id)?.kill(line.signal);
        return;
    }
  }

  try {
    for await (const line of readLines(ends.input)) take(line as ToAgentSide);
  } finally {
    for (const program of programs.values()) program.kill('SIGKILL');
    await side.close();
  }
}

function failure(error: unknown): Omit<Extract<FromAgentSide, { type: 'failed' }>, 'type' | 'id'> {
  const check = error instanceof PreflightFailed ? error.check : null;
  return { check, because: refusalCauseOf(error), message: reasonOf(error) };
}
