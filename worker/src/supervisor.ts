import type { Readable } from 'node:stream';
import { EGRESS_PATHS } from '@claude-codex/contracts/worker/egress-paths';
import { createMasker, type Masker } from '@claude-codex/contracts/worker/masker';
import type { JournalEntry, WorkerStart } from '@claude-codex/contracts/worker/protocol';
import type { AgentSide } from './agent-side/agent-side.ts';
import { connectAgentSide } from './agent-side/connect.ts';
import { createRemoteAgentSide } from './agent-side/remote-agent-side.ts';
import { awaitStart } from './await-start.ts';
import { type CommandLog, createCommandLog } from './commands/command-log.ts';
import { createCommandHandler } from './commands/handle-command.ts';
import { type CommandLine, readCommands } from './commands/read-commands.ts';
import { startHeartbeat } from './heartbeat.ts';
import { createJournal, type Journal } from './journal/journal.ts';
import { watchForOrphan } from './orphan-watch.ts';
import { prepare, type Ready } from './prepare.ts';
import { markerOf } from './processes/marker.ts';
import { reasonOf } from './reason-of.ts';
import type { AgentSession, StartAgentSession } from './session/agent-session.ts';
import { createPermissions } from './session/permissions.ts';
import { createTextProtocol } from './text-protocol/blocks.ts';

export interface SupervisorOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly versions: Readonly<Record<string, string>>;
  readonly input: Readable;
  readonly journalFd: number;
  readonly startSession: StartAgentSession;
  /** Without a start command, or a ping that announces one, it ends itself after so long. */
  readonly startTimeoutMs: number;
  /** Settles when the process is told to end by a signal, or when something nobody expected was thrown. */
  readonly interrupted: Promise<Ending>;
}

export type Ending = Pick<Extract<JournalEntry, { type: 'exited' }>, 'reason' | 'detail'>;

/** Runs one instance from `start` to `exited`. Returns the exit code: 0 when it was told to stop. */
export async function runSupervisor(options: SupervisorOptions): Promise<number> {
  const masker = createMasker();
  let onRecord: NonNullable<Parameters<typeof createJournal>[1]['onRecord']> = () => undefined;
  const journal = createJournal(masker, { fd: options.journalFd, onRecord: (record) => onRecord(record) });
  // At once, so that it is there when the start command comes.
  const connecting = connectAgentSide(options.environment).then((ends) => createRemoteAgentSide(ends, journal.write));
  connecting.catch(() => undefined); // told by whoever waits for it
  const lines = readCommands(options.input);

  const start = await awaitStart(lines, options.startTimeoutMs);
  if (start.type !== 'start') {
    journal.write(start);
    return 1;
  }
  const ready = await prepare(start, { connecting, versions: options.versions, masker, journal });
  if (ready === null) return 1;
  const { side } = ready;
  onRecord = side.log;

  const { interrupted, startSession } = options;
  const { ending, session } = await work(start, ready, { lines, interrupted, masker, journal, startSession });
  await session.close().catch((error: unknown) => process.stderr.write(`close: ${reasonOf(error)}\n`));
  const left = await side.close().catch(() => []); // gone already, and everything of its user with it
  if (left.length > 0) {
    journal.write({ type: 'warning', code: 'PROCESSES_LEFT', detail: `could not be ended: ${left.join(', ')}` });
  }
  journal.write({ type: 'exited', ...ending });
  return ending.reason === 'stopped' ? 0 : 1;
}

interface Surroundings {
  readonly lines: AsyncGenerator<CommandLine>;
  readonly interrupted: Promise<Ending>;
  readonly masker: Masker;
  readonly journal: Journal;
  readonly startSession: StartAgentSession;
}

/** Runs the session and carries out commands until something ends it. */
async function work(
  start: WorkerStart,
  { side, prepared }: Ready,
  around: Surroundings,
): Promise<{ ending: Ending; session: AgentSession }> {
  const { journal, masker } = around;
  const permissions = createPermissions(start.permissions, journal);
  const protocol = createTextProtocol(markerOf(start.instanceId, start.epoch));
  const session = around.startSession({
    start,
    side,
    prepared,
    mcpPath: EGRESS_PATHS.mcp,
    permissions,
    journal,
    onText: (text) => protocol.feed(text).forEach(journal.write),
    onTurnEnd: () => protocol.endTurn().forEach(journal.write),
  });
  void openTerminal(side, journal);

  const ending = Promise.withResolvers<Ending>();
  const orphanWatch = watchForOrphan(start.orphanTimeoutMs, () =>
    ending.resolve({ reason: 'orphaned', detail: `nothing was heard for ${start.orphanTimeoutMs} ms` }),
  );
  const heartbeat = startHeartbeat(journal, () => session.busy);
  const log = createCommandLog(journal);
  sendPrompt(session, start, log);
  const handle = createCommandHandler({
    session,
    permissions,
    side,
    masker,
    journal,
    log,
    sessionId: () => session.sessionId ?? start.resumeSessionId,
    stop: (commandId, reason) => {
      log.end(commandId, true, '');
      ending.resolve({ reason: 'stopped', detail: reason });
    },
  });
  void session.ended.then((problem) => {
    if (problem !== null) ending.resolve({ reason: 'failed', detail: masker.text(problem) });
  });
  void side.gone.then((detail) => ending.resolve({ reason: 'failed', detail }));
  void around.interrupted.then(({ reason, detail }) => ending.resolve({ reason, detail: masker.text(detail) }));
  // The end of the input is nobody's fault: an engine's attach comes and goes. The orphan watch decides.
  void (async () => {
    for await (const line of around.lines) {
      orphanWatch.heard();
      if ('problem' in line) journal.write({ type: 'warning', code: 'BAD_COMMAND', detail: line.problem });
      // The same start again is a manager that was not sure; another one is a fault.
      else if (line.command.type === 'start' && line.command.id !== start.id)
        journal.write({ type: 'warning', code: 'BAD_COMMAND', detail: 'another start, while one is running' });
      else if (line.command.type !== 'ping' && line.command.type !== 'start') handle(line.command);
    }
  })().catch((error: unknown) => journal.write({ type: 'warning', code: 'INPUT_FAILED', detail: reasonOf(error) }));

  const result = await ending.promise;
  orphanWatch.stop();
  heartbeat.stop();
  return { ending: result, session };
}

/** A prompt that is a message which waited is acknowledged like one, so that it is not sent again. */
function sendPrompt(
  session: AgentSession,
  { prompt: text, promptId, documents = [] }: WorkerStart,
  log: CommandLog,
): void {
  if (promptId !== undefined) log.begin(promptId);
  session.send({ commandId: promptId ?? null, text, documents, interrupt: false }, () => {
    if (promptId !== undefined) log.end(promptId, true, '');
  });
}

async function openTerminal(side: AgentSide, journal: Journal): Promise<void> {
  const problem = await side.openTerminal().catch(reasonOf);
  if (problem === null) return;
  const code = problem.includes('ENOENT') ? 'TMUX_MISSING' : 'TMUX_FAILED';
  journal.write({ type: 'warning', code, detail: problem });
}
