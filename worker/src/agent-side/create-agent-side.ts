import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createMasker } from '@claude-codex/contracts/worker/masker';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { findTranscript } from '../claude-code/transcript.ts';
import { collect } from '../collect/collect.ts';
import { rememberTracked } from '../collect/rebuild.ts';
import { putDocuments } from '../documents/put-document.ts';
import { createEgressClient } from '../egress-client.ts';
import { startGuard } from '../processes/guard.ts';
import { killMarked } from '../processes/marked.ts';
import { isLeftover, markerOf } from '../processes/marker.ts';
import { reasonOf } from '../reason-of.ts';
import { type Relay, startRelay } from '../relay/relay.ts';
import { createSecretFile, type SecretFile } from '../secrets/env-file.ts';
import { createLogView, type LogView } from '../terminal/log-view.ts';
import { startTerminal } from '../terminal/tmux.ts';
import { type AgentSide, PreflightFailed, type Warning } from './agent-side.ts';
import { commandEnvironment } from './command-environment.ts';
import { preflight } from './preflight.ts';
import { buildSystemPrompt } from './system-prompt.ts';

/** Everything that exists once the agent's place is prepared. */
interface Place {
  readonly start: WorkerStart;
  readonly marker: string;
  readonly relay: Relay;
  readonly secretFile: SecretFile;
  readonly commandEnv: Record<string, string>;
  readonly logPath: string;
  readonly view: LogView;
  readonly guard: ReturnType<typeof startGuard>;
}

/** The agent's side itself: files, processes and the one socket, as the user this process runs as. */
export function createAgentSide(environment: NodeJS.ProcessEnv, warn: (warning: Warning) => void): AgentSide {
  const masker = createMasker();
  let place: Place | null = null;

  function prepared(): Place {
    if (place === null) throw new Error('the agent side is not prepared');
    return place;
  }

  return {
    async prepare(start) {
      const { home, checkout, egressSocket } = start.paths;
      await preflight(createEgressClient(egressSocket), home, environment);
      if (start.resumeSessionId !== null && (await findTranscript(home, start.resumeSessionId)) === null) {
        throw new PreflightFailed('resume', `home holds no transcript of session ${start.resumeSessionId}`);
      }
      await killMarked((marker) => isLeftover(marker, start.instanceId, start.epoch));
      for (const value of Object.values(start.secrets)) masker.add(value);
      const secretFile = await createSecretFile(home, start.secrets).catch((error: unknown) => {
        throw new PreflightFailed('secrets', reasonOf(error));
      });
      const relay = await startRelay(egressSocket);
      masker.add(relay.token);
      const marker = markerOf(start.instanceId, start.epoch);
      const logPath = join(home, '.codex', 'agent.log');
      const commandEnv = commandEnvironment(start, environment);
      const guard = startGuard(marker);
      place = { start, marker, relay, secretFile, commandEnv, logPath, view: createLogView(logPath), guard };
      await rememberTracked({ checkout, home, resumed: start.resumeSessionId !== null }, commandEnv);
      const systemPrompt = await buildSystemPrompt(start.systemPrompt, checkout);
      return { relay: { url: relay.url, token: relay.token }, commandEnv, hookPath: secretFile.hookPath, systemPrompt };
    },
    async setSecret(name, value) {
      masker.add(value);
      await prepared().secretFile.set(name, value);
    },
    putDocuments: async (documents) => putDocuments(prepared().start.paths, documents),
    openTerminal() {
      const { start, logPath, commandEnv } = prepared();
      const { home, checkout } = start.paths;
      return startTerminal({ home, checkout, logPath, environment: commandEnv });
    },
    collect(command, sessionId) {
      const { start, commandEnv, secretFile } = prepared();
      const context = {
        start,
        egress: createEgressClient(start.paths.egressSocket),
        masker,
        journal: { write: warn },
        environment: commandEnv,
        secrets: secretFile.values,
        sessionId: () => sessionId,
      };
      return collect(context, command);
    },
    log: (record) => prepared().view.add(record),
    spawn({ command, args, cwd, env }, onStderr) {
      const child = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
      child.stderr.setEncoding('utf8').on('data', onStderr);
      return child;
    },
    async close() {
      if (place === null) return [];
      place.relay.close();
      const left = await killMarked((marker) => marker === place?.marker);
      place.guard.release();
      return left;
    },
  };
}
